/** Shown in the console's place where it has not been built. A one-time link stays good: its secret never came here. */
export const unbuiltPage = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Keyturn</title>
</head>
<body>
<main>
<h1>Keyturn</h1>
<p>The console has not been built yet. In the folder of Keyturn's sources, run</p>
<pre>npm run console</pre>
<p>and reload this page. Programs use the <a href="/v1/openapi.json">HTTP API</a> with a service token.</p>
</main>
</body>
</html>
`;
