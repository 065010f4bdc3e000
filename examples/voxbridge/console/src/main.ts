// The operator's page: is the platform up, who am I, one more call please.
import { api } from "./api.ts";
import { brand } from "./brand.ts";

const page = document.querySelector("#page") ?? document.body;
const state = element("output", "…");
paint();
await show();
setInterval(() => void showHealth(), 2000);

function paint(): void {
  document.title = brand.name;
  const { style } = document.documentElement;
  if (brand.primary !== undefined) style.setProperty("--primary", brand.primary);
  if (brand.background !== undefined) style.setProperty("--background", brand.background);
}

async function show(): Promise<void> {
  const operator = await api.me();
  page.replaceChildren(
    element("h1", brand.name),
    state,
    operator === undefined ? loginForm() : operatorSection(operator.email),
  );
  await showHealth();
}

async function showHealth(): Promise<void> {
  const health = await api.health();
  state.textContent =
    health === undefined
      ? "the backend does not answer"
      : `backend ${health.status}, release ${health.release ?? "none"}, ${health.queue.length} waiting (${health.queue.kind})`;
}

function loginForm(): HTMLElement {
  const form = element("form");
  const email = field("email", "email", "username");
  const password = field("password", "password", "current-password");
  const problem = element("output");
  form.append(email, password, element("button", "Log in"), problem);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void api.login(email.value, password.value).then((known) => {
      if (!known) problem.textContent = "not known here";
      return known ? show() : undefined;
    });
  });
  return form;
}

function operatorSection(email: string): HTMLElement {
  const section = element("section");
  const call = element("button", "Queue a call");
  const logout = element("button", "Log out");
  call.addEventListener("click", () => void api.queueCall().then(showHealth));
  logout.addEventListener("click", () => {
    api.logout();
    void show();
  });
  section.append(element("p", `Logged in as ${email}`), call, logout);
  return section;
}

function field(name: string, type: string, autocomplete: AutoFill): HTMLInputElement {
  const input = element("input");
  Object.assign(input, { name, type, autocomplete, placeholder: name, required: true });
  return input;
}

/** Text is set as text, never as markup. */
function element<K extends keyof HTMLElementTagNameMap>(name: K, text = ""): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}
