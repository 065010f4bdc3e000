/** Plain JavaScript, as browsers take it. The secret of a link leaves the address bar and the history at once. */
export const pageScript = `"use strict";
const part = (id) => document.getElementById(id);
const parts = ["setup", "login", "me"];
let formToken = "";
let secret = null;

function show(id, focus) {
  for (const one of parts) part(one).hidden = one !== id;
  part(focus).focus();
}

function tell(text) {
  part("told").textContent = text;
}

async function send(method, path, body) {
  const headers = { "content-type": "application/json", "x-form-token": formToken };
  const answer = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
  const told = answer.status === 204 ? {} : await answer.json();
  if (answer.ok) return told;
  throw Object.assign(new Error(told.error.message + " \u2013 " + told.error.hint), { status: answer.status });
}

function showMe(me) {
  formToken = me.formToken ?? "";
  part("me-title").textContent = "Logged in as " + me.name;
  const items = me.roles.map(({ environment, role }) => {
    const item = document.createElement("li");
    item.textContent = role + (environment === "*" ? " everywhere" : " in " + environment);
    return item;
  });
  part("roles").replaceChildren(...items);
  show("me", "me-title");
}

/** One at a time: a second press while the first is under way does nothing. */
function doing(element, kind, work) {
  element.addEventListener(kind, async (event) => {
    event.preventDefault();
    const buttons = [...document.querySelectorAll("button")];
    for (const button of buttons) button.disabled = true;
    tell("");
    try {
      await work(element);
    } catch (error) {
      tell(error.message);
    } finally {
      for (const button of buttons) button.disabled = false;
    }
  });
}

async function logIn(form) {
  const { name, password } = Object.fromEntries(new FormData(form));
  const me = await send("POST", "/v1/login", { name, password });
  form.reset();
  showMe(me);
}

doing(part("login"), "submit", logIn);
doing(part("setup"), "submit", async (form) => {
  const { name, password, again } = Object.fromEntries(new FormData(form));
  if (password !== again) throw new Error("the two passwords differ");
  await send("POST", "/v1/setup", { secret, name, password });
  await logIn(form);
});
for (const [id, body] of [["logout", {}], ["logout-all", { all: true }]]) {
  doing(part(id), "click", async () => {
    await send("POST", "/v1/logout", body);
    formToken = "";
    show("login", "login-name");
  });
}

function takeSecret() {
  secret = new URLSearchParams(location.hash.slice(1)).get("setup");
  if (secret === null) return false;
  history.replaceState(null, "", "/");
  tell("");
  show("setup", "setup-name");
  return true;
}

async function begin() {
  if (takeSecret()) return;
  try {
    showMe(await send("GET", "/v1/me"));
  } catch (error) {
    show("login", "login-name");
    if (error.status !== 401) tell(error.message);
  }
}

// a link that is opened where this page is already shown
addEventListener("hashchange", takeSecret);
void begin();
`;
