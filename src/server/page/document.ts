/** The page at `/`: uses a one-time link, logs in, shows who is logged in, logs out. Forms are shown by the script. */
export const pageDocument = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Keyturn</title>
<link rel="stylesheet" href="/page.css">
<script src="/page.js" defer></script>
</head>
<body>
<main>
<h1>Keyturn</h1>
<noscript><p>This page needs JavaScript; programs use the <a href="/v1/openapi.json">HTTP API</a> with a service token.</p></noscript>
<p id="told" role="alert"></p>
<form id="setup" aria-labelledby="setup-title" hidden>
<h2 id="setup-title">Choose your password</h2>
<label for="setup-name">Account name</label>
<input id="setup-name" name="name" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="63" required>
<label for="setup-password">Password</label>
<input id="setup-password" name="password" type="password" autocomplete="new-password" minlength="12" maxlength="256" required aria-describedby="setup-rule">
<p id="setup-rule">At least 12 characters; a few words that nobody would put together.</p>
<label for="setup-again">The same password again</label>
<input id="setup-again" name="again" type="password" autocomplete="new-password" required>
<button>Set password and log in</button>
</form>
<form id="login" aria-labelledby="login-title" hidden>
<h2 id="login-title">Log in</h2>
<label for="login-name">Account name</label>
<input id="login-name" name="name" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="200" required>
<label for="login-password">Password</label>
<input id="login-password" name="password" type="password" autocomplete="current-password" maxlength="1000" required>
<button>Log in</button>
</form>
<section id="me" aria-labelledby="me-title" hidden>
<h2 id="me-title" tabindex="-1"></h2>
<ul id="roles" aria-label="Roles"></ul>
<p>The <a href="/v1/openapi.json">HTTP API</a> answers to this session.</p>
<button id="logout" type="button">Log out</button>
<button id="logout-all" type="button">Log out everywhere</button>
</section>
</main>
</body>
</html>
`;
