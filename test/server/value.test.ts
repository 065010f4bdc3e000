import { expect, test } from "vitest";
import { valueHistory } from "#operation";
import { auditTrail, put } from "../operation/make-context.ts";
import { startServer, type Ask, type TestServer } from "./fixture.ts";

const all = "/v1/environments/local/secrets";
const uri = "mongodb://app:planted-value-7319@db/shop";
const shared = "planted-value-0123456789";

async function asked(server: TestServer, role = "operator") {
  const token = await server.token(`local:${role}`);
  return (method: string, path: string, json?: object) =>
    server.ask(path, { method, token, ...(json === undefined ? {} : { json }) } satisfies Ask);
}

/** No answer, no line of the log and no entry of the audit has one of the values. */
async function expectUntold(server: TestServer, ...answers: readonly { readonly text: string }[]) {
  const store = await server.context.openStore();
  const entries = await store.read((tx) => tx.audit.list({ limit: 100 }));
  const everything = JSON.stringify([answers.map(({ text }) => text), server.log, server.troubles, entries]);
  expect(everything).not.toMatch(/planted-value/);
}

test("one value is set, and its answer says which version it became and who asks for it", async () => {
  const server = await startServer();
  const ask = await asked(server);
  const first = await ask("PUT", `${all}/MONGO_URI`, { value: uri });
  expect(first.status, first.text).toBe(200);
  expect(first.body).toMatchObject({ kind: "stored", version: { number: 1, origin: "api" }, ungranted: ["api"] });
  const again = await ask("PUT", `${all}/MONGO_URI`, { base64: Buffer.from(uri).toString("base64") });
  expect(again.body).toMatchObject({ kind: "unchanged", version: { number: 1 } });
  const narrow = await ask("PUT", `${all}/MONGO_URI`, { value: `${uri}?a`, service: "api", host: "here" });
  expect(narrow.body).toMatchObject({ version: { number: 1, scope: { service: "api", host: "here" } } });
  const wrong = await ask("PUT", `${all}/MONGO_URI`, { value: "planted-value-no-uri" });
  expect([wrong.status, wrong.body.error.code]).toEqual([422, "VALUES_INVALID"]);
  for (const json of [{}, { value: uri, base64: "YQ==" }]) {
    expect((await ask("PUT", `${all}/MONGO_URI`, json)).body.error.code).toBe("REQUEST_INVALID");
  }
  expect(await auditTrail(server.context)).toEqual([
    expect.stringContaining("token.create"),
    "value.set MONGO_URI",
    "value.set MONGO_URI",
  ]);
  await expectUntold(server, first, again, narrow, wrong);
});

test("several values are set in one transaction, or none of them, and each that is wrong is named", async () => {
  const server = await startServer();
  const ask = await asked(server);
  const wrong = await ask("PUT", all, {
    values: [
      { name: "SHARED_SECRET", value: shared },
      { name: "MONGO_URI", value: "planted-value-no-uri" },
      { name: "PORT", value: "0" },
    ],
  });
  expect([wrong.status, wrong.body.error.code]).toEqual([422, "VALUES_INVALID"]);
  const named = wrong.body.error.findings.map(({ name, message }: { name: string; message: string }) => [
    name,
    message,
  ]);
  expect(named).toEqual([
    ["MONGO_URI", "MONGO_URI is no URL with scheme://, as api declares it"],
    ["PORT", "PORT is no port from 1 to 65535, as api declares it"],
  ]);
  expect((await ask("GET", all)).body.secrets).toEqual([]);
  const values = [
    { name: "SHARED_SECRET", value: shared },
    { name: "MONGO_URI", value: uri },
  ];
  const right = await ask("PUT", all, { values });
  expect(right.body.values.map(({ kind }: { kind: string }) => kind)).toEqual(["stored", "stored"]);
  const trail = await auditTrail(server.context);
  expect(trail.filter((one) => one.startsWith("value."))).toEqual(["value.set SHARED_SECRET", "value.set MONGO_URI"]);
  const twice = await ask("PUT", all, { values: [values[0], values[0]] });
  expect(twice.body.error.code).toBe("REQUEST_INVALID");
  await expectUntold(server, wrong, right, twice);
});

test("a pasted file is previewed name by name, and only what was chosen is kept", async () => {
  const server = await startServer();
  const ask = await asked(server);
  await put(server.context, "MONGO_URI", uri);
  await put(server.context, "SITE", "moon");
  const text = `MONGO_URI=${uri}\nSITE="sun"\nPORT=none\nSHARED_SECRET=${shared}\nGREETING=change-me\nELSE=planted-value-else\n`;
  const preview = await ask("POST", `${all}/import/preview`, { text });
  expect(preview.status, preview.text).toBe(200);
  const told = preview.body.values.map((one: { name: string; kind: string; reason?: string }) => [
    one.name,
    one.kind,
    ...(one.reason === undefined ? [] : [one.reason]),
  ]);
  expect(told).toEqual([
    ["MONGO_URI", "unchanged"],
    ["SITE", "changed"],
    ["PORT", "refused", "is no port from 1 to 65535, as api declares it"],
    ["SHARED_SECRET", "new"],
    ["GREETING", "refused", expect.stringContaining("is a placeholder")],
  ]);
  expect(preview.body.unknown).toEqual(["ELSE"]);
  const before = await auditTrail(server.context);
  expect(before.filter((one) => one.startsWith("value."))).toEqual(["value.set MONGO_URI", "value.set SITE"]);
  const saved = await ask("POST", `${all}/import`, { text, names: ["SHARED_SECRET", "MONGO_URI"] });
  expect(saved.body.values.map(({ name, kind }: { name: string; kind: string }) => `${name} ${kind}`)).toEqual([
    "MONGO_URI unchanged",
    "SHARED_SECRET stored",
  ]);
  expect((await auditTrail(server.context)).slice(before.length)).toEqual(["value.import SHARED_SECRET"]);
  await expectUntold(server, preview, saved);
});

test("what somebody else may know is refused by name, in a preview and in an import", async () => {
  const server = await startServer();
  const ask = await asked(server);
  await put(server.context, "SHARED_SECRET", shared);
  const { version } = await put(server.context, "SHARED_SECRET", "another-value-0123456789");
  const store = await server.context.openStore();
  await store.transaction(async (tx) => {
    const { values } = await tx.environment("local");
    await values.setState(version.id - 1, "compromised");
  });
  const text = `SHARED_SECRET=${shared}\nSITE=sun\n`;
  for (const path of ["import/preview", "import"]) {
    const { body } = await ask("POST", `${all}/${path}`, { text });
    expect(body.values[0]).toEqual({
      name: "SHARED_SECRET",
      kind: "refused",
      reason: "was marked compromised as version 1",
    });
    expect(body.values[1].kind).not.toBe("refused");
  }
});

test("values are made by rule, and before that it is told by which", async () => {
  const server = await startServer();
  const ask = await asked(server);
  await put(server.context, "SHARED_SECRET", shared);
  const names = ["SHARED_SECRET", "MONGO_URI", "NOBODYS"];
  const preview = await ask("POST", `${all}/generate/preview`, { names });
  expect(preview.body.values).toEqual([
    { name: "SHARED_SECRET", kind: "made", rule: "random(32, base64url)", present: 1, notices: [] },
    { name: "MONGO_URI", kind: "refused", reason: "MONGO_URI is nothing that can be made at random" },
    { name: "NOBODYS", kind: "refused", reason: "no contract of this platform declares NOBODYS" },
  ]);
  const kept = await ask("POST", `${all}/generate`, { names: ["SHARED_SECRET"] });
  expect(kept.body.values).toEqual([{ name: "SHARED_SECRET", kind: "present", version: 1 }]);
  const made = await ask("POST", `${all}/generate`, { names: ["SHARED_SECRET"], newVersion: true });
  expect(made.body.values).toMatchObject([{ kind: "generated", version: { number: 2, origin: "generated" } }]);
  const history = await valueHistory(server.context, "SHARED_SECRET");
  expect(history.map(({ number }) => number)).toEqual([2, 1]);
});

test("what contracts ask for is listed and given, and old versions are shown before they end", async () => {
  const server = await startServer();
  const ask = await asked(server, "admin");
  await put(server.context, "SHARED_SECRET", shared);
  await put(server.context, "SHARED_SECRET", "another-value-0123456789");
  const path = "/v1/environments/local/grants";
  const { body } = await ask("GET", path);
  const wish = { service: "web", name: "SHARED_SECRET", kind: "hold" };
  expect(body.wishes).toContainEqual({ ...wish, stored: true });
  const given = await ask("POST", path, { grants: [wish] });
  expect(given.body.grants).toEqual([{ ...wish, change: "given" }]);
  const retire = `${all}/SHARED_SECRET/retire`;
  const shown = await ask("POST", retire, { preview: true });
  expect(shown.body, shown.text).toMatchObject({ kind: "cancelled", retirement: { versions: [{ number: 1 }] } });
  expect((await ask("POST", retire, {})).body).toMatchObject({ kind: "retired", retirement: { state: "retired" } });
  expect((await ask("POST", retire, {})).body).toEqual({ kind: "nothing", name: "SHARED_SECRET" });
  expect((await auditTrail(server.context)).slice(-1)).toEqual(["value.retire SHARED_SECRET"]);
});

test("each takes its role, and a viewer changes nothing", async () => {
  const server = await startServer();
  const roles = { viewer: await asked(server, "viewer"), operator: await asked(server) };
  const operators: readonly (readonly [string, string, object])[] = [
    ["PUT", `${all}/SITE`, { value: "sun" }],
    ["PUT", all, { values: [{ name: "SITE", value: "sun" }] }],
    ["POST", `${all}/import`, { text: "SITE=sun" }],
    ["POST", `${all}/import/preview`, { text: "SITE=sun" }],
    ["POST", `${all}/generate`, { names: ["SHARED_SECRET"] }],
    ["POST", `${all}/generate/preview`, { names: ["SHARED_SECRET"] }],
  ];
  const admins: typeof operators = [
    ["POST", "/v1/environments/local/grants", { grants: [{ service: "web", name: "SITE", kind: "hold" }] }],
    ["POST", `${all}/SITE/retire`, { preview: true }],
  ];
  for (const [method, path, json] of [...operators, ...admins]) {
    expect((await roles.viewer(method, path, json)).status, path).toBe(403);
  }
  for (const [method, path, json] of admins) expect((await roles.operator(method, path, json)).status, path).toBe(403);
  for (const [method, path, json] of operators)
    expect((await roles.operator(method, path, json)).status, path).toBe(200);
});
