import { expect } from "vitest";
import { Authenticator, type Ways } from "./authenticator.ts";
import { passphrase, type Ask, type Browser, type TestServer } from "./fixture.ts";

export const post = (json?: unknown, more: Ask = {}): Ask => ({ method: "POST", json, ...more });

/** In a browser that has opened the server under the name that passkeys need. */
export function authenticatorFor({ served }: TestServer): Authenticator {
  const url = new URL(served.url);
  if (url.protocol === "http:") url.hostname = "localhost";
  return new Authenticator(url.origin);
}

/** Adds one in the browser's session, for the password. */
export async function addPasskey(
  browser: Browser,
  authenticator: Authenticator,
  { name = "laptop", proof = { password: passphrase } }: { readonly name?: string; readonly proof?: object } = {},
): Promise<string> {
  const asked = await browser.ask("/v1/passkeys/challenge", post(proof));
  expect(asked.status, asked.text).toBe(200);
  const added = await browser.ask("/v1/passkeys", post({ name, passkey: authenticator.create(asked.body) }));
  expect(added.status, added.text).toBe(201);
  return String(added.body.id);
}

/** A challenge for whoever comes, and the cookie that came with it. */
export async function askToLogIn(server: TestServer) {
  const asked = await server.ask("/v1/login/passkey/challenge", post());
  expect(asked.status, asked.text).toBe(200);
  return { question: asked.body, cookie: asked.headers.get("set-cookie")?.split(";")[0] ?? "" };
}

export async function logInWith(server: TestServer, authenticator: Authenticator, ways: Ways = {}) {
  const { question, cookie } = await askToLogIn(server);
  const json = { passkey: authenticator.get(question, ways) };
  return server.ask("/v1/login/passkey", post(json, { headers: { cookie } }));
}

/** As the proof of who is logged in. */
export async function proofBy(browser: Browser, authenticator: Authenticator, ways: Ways = {}) {
  const asked = await browser.ask("/v1/proof/challenge", post());
  expect(asked.status, asked.text).toBe(200);
  return { passkey: authenticator.get(asked.body, ways) };
}
