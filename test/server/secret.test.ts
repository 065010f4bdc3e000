import { expect, test } from "vitest";
import { Sensitive } from "#kernel";
import { addAccount } from "#operation";
import { auditTrail, put } from "../operation/make-context.ts";
import { enter, enterFirst, passphrase, startServer, type TestServer } from "./fixture.ts";

const path = "/v1/environments/local/secrets/SHARED_SECRET/reveal";
const post = (json: object) => ({ method: "POST", json });

async function latest(server: TestServer) {
  const store = await server.context.openStore();
  const [entry] = await store.transaction((tx) => tx.audit.list({ limit: 1 }));
  return entry;
}

test("an admin who types the password again sees a value; who, which and why is in the audit log", async () => {
  const server = await startServer();
  await put(server.context, "SHARED_SECRET", "planted-value-0123456789");
  const browser = await enterFirst(server);
  const answer = await browser.ask(path, post({ password: passphrase, reason: "the vendor asks" }));
  expect(answer.status, answer.text).toBe(200);
  expect(answer.body).toMatchObject({
    name: "SHARED_SECRET",
    version: 1,
    value: "planted-value-0123456789",
    scope: {},
  });
  expect(answer.headers.get("cache-control")).toBe("no-store");
  expect(await latest(server)).toMatchObject({
    action: "value.reveal",
    actor: { name: "account:anna" },
    environment: "local",
    subject: "SHARED_SECRET",
    detail: { version: 1, reason: "the vendor asks" },
  });
  expect(server.log.join("")).not.toContain("planted-value");
});

test("a value that is no text comes as base64, and the scope says which one", async () => {
  const server = await startServer();
  const bytes = Buffer.from([0xff, 0x00, 0xfe, ...Buffer.alloc(12, 0x61)]);
  await put(server.context, "SHARED_SECRET", "planted-value-0123456789");
  const store = await server.context.openStore();
  await store.transaction(async (tx) => {
    const { values } = await tx.environment("local");
    const value = { name: "SHARED_SECRET", scope: { service: "web" }, value: Sensitive.of(bytes), sensitive: true };
    await values.put({ ...value, origin: "test", actor: { name: "anna" } });
  });
  const browser = await enterFirst(server);
  const { body } = await browser.ask(path, post({ password: passphrase, service: "web" }));
  expect(body).toMatchObject({ scope: { service: "web" }, base64: bytes.toString("base64") });
  expect(body).not.toHaveProperty("value");
});

test("a wrong password is counted as at a log-in, and opens nothing", async () => {
  const server = await startServer();
  await put(server.context, "SHARED_SECRET", "planted-value-0123456789");
  const browser = await enterFirst(server);
  const wrong = post({ password: "a guess that is wrong" });
  for (let count = 0; count < 10; count += 1) {
    expect(await browser.ask(path, wrong)).toMatchObject({ status: 401, body: { error: { code: "LOGIN_REFUSED" } } });
  }
  const locked = await browser.ask(path, post({ password: passphrase }));
  expect(locked).toMatchObject({ status: 429, body: { error: { code: "LOGIN_LOCKED" } } });
  expect(locked.headers.get("retry-after")).toMatch(/^\d+$/);
  const trail = await auditTrail(server.context);
  expect(trail).toContain("login.refuse anna");
  expect(trail.join()).not.toContain("value.reveal");
  expect((await browser.ask("/v1/me")).status).toBe(200);
}, 60_000);

test("neither a token nor less than an admin reveals anything", async () => {
  const server = await startServer();
  await put(server.context, "SHARED_SECRET", "planted-value-0123456789");
  const token = await server.token("*:admin");
  const json = { password: passphrase };
  expect(await server.ask(path, { ...post(json), token })).toMatchObject({ status: 403 });
  await enterFirst(server);
  const { secret } = await addAccount(server.context, "bob", ["local:operator", "other:admin"]);
  const setup = { secret: secret.reveal().toString("latin1"), name: "bob", password: passphrase };
  await server.ask("/v1/setup", post(setup));
  const bob = await enter(server, "bob", passphrase);
  expect(await bob.ask(path, post(json))).toMatchObject({
    status: 403,
    body: { error: { code: "PERMISSION_DENIED" } },
  });
  expect((await auditTrail(server.context)).join()).not.toContain("value.reveal");
});

test("a probe is an operator's, and says what was found", async () => {
  const server = await startServer();
  const probe = "/v1/environments/local/probe";
  const [viewer, operator] = [await server.token("local:viewer"), await server.token("local:operator")];
  expect((await server.ask(probe, { ...post({}), token: viewer })).status).toBe(403);
  expect(await server.ask(probe, { ...post({}), token: operator })).toMatchObject({ body: { credentials: [] } });
  expect((await server.ask(probe, { ...post({ only: "openai" }), token: operator })).status).toBe(404);
});
