import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { Sensitive } from "#kernel";
import { giveGrants, saveSetting } from "#operation";
import { put } from "../operation/make-context.ts";
import { told, userPlatform } from "../operation/user-runtimes.ts";
import { startServer, type TestServer } from "./fixture.ts";

const key = (mark: string) => `sk-proj-${mark}-0123456789abcdefghij`;
const internalToken = "an-internal-token-0123456789";
const settings = "/v1/environments/local/settings";

/** A provider that knows one key, at an address in a private network. */
async function provider(knows: string): Promise<string> {
  const server = createServer(({ headers }, response) => {
    const right = headers.authorization === `Bearer ${knows}`;
    response.statusCode = right ? 200 : 401;
    response.end(JSON.stringify(right ? { data: [] } : { error: { code: "invalid_api_key" } }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
}

interface Served {
  readonly server: TestServer;
  readonly port: number;
}

async function serving(users: readonly string[] = []): Promise<Served> {
  const { context, folder, port } = await userPlatform(users);
  await giveGrants(context, [{ service: "api", name: "PROVISIONER_INTERNAL_TOKEN", kind: "hold" }]);
  await put(context, "PROVISIONER_INTERNAL_TOKEN", internalToken);
  return { server: await startServer({ nearby: true }, folder), port };
}

test("an admin tests a key, saves it, and watches it roll out", async () => {
  const { server, port } = await serving(["alice", "bob"]);
  const token = await server.token("local:admin");
  const base = await provider(key("good"));
  const { body: before } = await server.ask(settings, { token });
  expect(before).toMatchObject({ revision: 0, impact: { runtimes: 2, waves: 2 } });
  const test = (value: string) =>
    server.ask(`${settings}/openai/test`, { token, method: "POST", json: { fields: { key: value, base } } });
  expect((await test(key("bad"))).body).toMatchObject({ outcome: "refused", state: "invalid" });
  expect((await test(key("good"))).body).toMatchObject({ outcome: "verified", impact: { runtimes: 2 } });
  const refused = await server.ask(`${settings}/openai`, {
    token,
    method: "PUT",
    json: { expected: 0, fields: { key: key("bad"), base } },
  });
  expect([refused.status, refused.body.error.code]).toEqual([422, "SETTING_REFUSED"]);
  const json = { expected: 0, fields: { key: key("good"), base } };
  const saved = await server.ask(`${settings}/openai`, { token, method: "PUT", json });
  expect(saved.status, saved.text).toBe(202);
  expect(saved.body).toMatchObject({ revision: 1, check: "verified" });
  const state = await ended(server, token, saved.body.rollout);
  expect(state).toMatchObject({
    state: "done",
    waves: [{ targets: ["agent/alice@here"] }, { targets: ["agent/bob@here"] }],
  });
  expect((await told(port))["llm"]).toBe(key("good"));
  const again = await server.ask(`${settings}/openai`, { token, method: "PUT", json });
  expect([again.status, again.body.error.code]).toEqual([409, "SETTINGS_CHANGED"]);
  const { body: after } = await server.ask(settings, { token });
  expect(after.providers[0]).toMatchObject({ provider: "openai", saved: { fields: [{ id: "key" }, { value: base }] } });
  const history = await server.ask(`${settings}/openai/history`, { token });
  expect(history.body.revisions).toMatchObject([{ revision: 1, origin: "saved", check: "verified" }]);
  const everything = JSON.stringify([before, saved, state, after, history.text, server.log]);
  expect(everything).not.toContain(key("good"));
});

test("by what forms a value is judged is told, in patterns: those of the fields that are there", async () => {
  const { server } = await serving();
  const { body } = await server.ask(`${settings}/rules`, { token: await server.token("local:admin") });
  const [openai] = body.providers;
  expect([openai.provider, openai.fields.map(({ id }: { id: string }) => id)]).toEqual(["openai", ["key", "base"]]);
  const refused = (rules: readonly { pattern: string; flags: string; refusal?: string }[], text: string) =>
    rules.find(({ pattern, flags }) => new RegExp(pattern, flags).test(text))?.refusal;
  expect(refused(body.first, "••••")).toMatch(/^a mask/);
  expect(refused(openai.fields[0].rules, "sk-admin-0")).toMatch(/^an admin key/);
  expect(refused(body.last, "sk-ant-0")).toBe("an API key of Anthropic");
});

test("settings whose saver was cut short are rolled out when a server starts", async () => {
  const { context, folder, port } = await userPlatform(["alice"]);
  const onKept = () => {
    throw new Error("cut short");
  };
  const fields = { key: Sensitive.of(key("good")) };
  const saved = saveSetting(context, { provider: "openai", fields, nearby: false, onEvent: () => undefined, onKept });
  await expect(saved).rejects.toThrow("cut short");
  const server = await startServer({}, folder);
  const token = await server.token("local:admin");
  const { body } = await server.ask(settings, { token });
  expect(body.providers[0].saved.revision).toBe(1);
  const rollout = await begunRollout(server, token);
  expect(await ended(server, token, rollout)).toMatchObject({ state: "done" });
  expect((await told(port))["llm"]).toBe(key("good"));
  expect((await server.ask(settings, { token })).body.providers[0].saved.waits).toBeUndefined();
  expect(server.troubles).toEqual([]);
});

test("settings are for admins alone", async () => {
  const { server } = await serving();
  for (const role of ["viewer", "operator"]) {
    const token = await server.token(`local:${role}`);
    expect((await server.ask(settings, { token })).status).toBe(403);
    expect((await server.ask(`${settings}/rules`, { token })).status).toBe(403);
    const json = { expected: 0, fields: { key: key("good") } };
    expect((await server.ask(`${settings}/openai`, { token, method: "PUT", json })).status).toBe(403);
  }
});

test("a provider in a private network is for a server that was started so, or who has a login to its machine", async () => {
  const { folder } = await userPlatform();
  const server = await startServer({}, folder);
  const token = await server.token("local:admin");
  const json = { fields: { key: key("good"), base: await provider(key("good")) }, nearby: true };
  const tested = await server.ask(`${settings}/openai/test`, { token, method: "POST", json });
  const saved = await server.ask(`${settings}/openai`, { token, method: "PUT", json: { ...json, expected: 0 } });
  for (const answer of [tested, saved])
    expect([answer.status, answer.body.error.code]).toEqual([403, "PERMISSION_DENIED"]);
});

test("the platform's own services make, reach, restart and remove runtimes with their token, and nobody else does", async () => {
  const { server } = await serving();
  const token = internalToken;
  const all = "/v1/internal/runtimes";
  const made = await server.ask(all, { token, method: "POST", json: { user: "alice" } });
  expect([made.status, made.body.target]).toEqual([201, "agent/alice@here"]);
  expect((await server.ask(all, { token })).body.runtimes).toMatchObject([{ user: "alice", state: "active" }]);
  const reached = await fetch(`${server.served.address}${all}/alice/any/path?x=1`, {
    headers: { authorization: `Bearer ${token}`, "x-runtime-authorization": "Bearer for-the-runtime" },
  });
  expect(await reached.json()).toMatchObject({ user: "alice" });
  const restarted = await server.ask(`${all}/restart`, { token, method: "POST", json: { user: "alice" } });
  expect(restarted.status, restarted.text).toBe(202);
  await ended(server, await server.token("local:viewer"), restarted.body.rollout);
  const others = [undefined, "an-internal-token-012345678X", await server.token("*:admin")];
  for (const other of others) {
    const answer = await server.ask(all, other === undefined ? {} : { token: other });
    expect([answer.status, answer.body.error.code]).toEqual([401, "LOGIN_NEEDED"]);
  }
  const inside = await server.ask(settings, { token });
  expect(inside.status).toBe(401);
  expect((await server.ask(`${all}/alice`, { token, method: "DELETE" })).status).toBe(204);
  expect((await server.ask(`${all}/alice`, { token, method: "DELETE" })).status).toBe(404);
  expect(server.log.join("")).not.toContain(token);
});

/** The latest that was begun for settings. */
async function begunRollout(server: TestServer, token: string): Promise<string> {
  for (;;) {
    const { body } = await server.ask("/v1/environments/local/rollouts", { token });
    const found = body.rollouts.find(({ actor }: { readonly actor: string }) => actor === "service:start");
    if (found !== undefined) return found.id;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function ended(server: TestServer, token: string, rollout: string) {
  for (;;) {
    const { body } = await server.ask(`/v1/environments/local/rollouts/${rollout}`, { token });
    if (body.state !== "running") return body;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
