import { expect, test } from "vitest";
import { bindService, settingsScope, type Stock } from "#binding";
import { expandRuntimes, readManifest } from "#contract";
import { fingerprint, Sensitive } from "#kernel";
import type { Scope, Version } from "#store";
import { deriveUserKey } from "../../sdk/src/secret/user-key.ts";

const contract = [
  "# @derive=user",
  "AGENT_USER=",
  "# @derive=hkdf(JWT_SECRET, purpose=api-server, version=2, prefix=sk_)",
  "API_SERVER_KEY=",
  "# @derive=hmac(JWT_SECRET)",
  "OLD_KEY=",
  "OPENAI_API_KEY=",
  "",
].join("\n");

const manifest = [
  "platform: home",
  "environments: { prod: { hosts: { box1: {} } } }",
  "services: { agent: { contract: c, runtime: docker, per-user: true, image: a, port: 80 } }",
  "",
].join("\n");

const root = "a root secret that is long enough";

test("a user's keys are those that the sdk derives, and the root goes nowhere", () => {
  const { variables, findings } = bind([
    ["JWT_SECRET", root],
    ["OPENAI_API_KEY", "sk-1"],
  ]);
  expect(findings).toEqual([]);
  const rule = { kind: "hkdf", product: "home", purpose: "api-server", version: 2, prefix: "sk_" } as const;
  expect(variables).toEqual({
    AGENT_USER: "alice",
    API_SERVER_KEY: deriveUserKey(rule, root, { id: "alice" }),
    OLD_KEY: deriveUserKey({ kind: "hmac", encoding: "hex" }, root, { id: "alice" }),
    OPENAI_API_KEY: "sk-1",
  });
});

test("without the root it is told what is missing", () => {
  const { findings } = bind([["OPENAI_API_KEY", "sk-1"]]);
  expect(findings).toEqual([
    "API_SERVER_KEY is derived from JWT_SECRET, which has no value",
    "OLD_KEY is derived from JWT_SECRET, which has no value",
  ]);
});

test("settings win over what was stored for the service, and reach only what runs for users", () => {
  const stock: Parameters<typeof bind>[0] = [
    ["JWT_SECRET", root],
    ["OPENAI_API_KEY", "sk-deploy", { service: "agent", host: "box1" }],
    ["OPENAI_API_KEY", "sk-setting", settingsScope],
  ];
  expect(bind(stock).variables["OPENAI_API_KEY"]).toBe("sk-setting");
  expect(bind(stock, { users: false }).variables["OPENAI_API_KEY"]).toBe("sk-deploy");
});

function bind(values: readonly (readonly [string, string, Scope?])[], { users = true } = {}) {
  const { platform } = readManifest(manifest, "keyturn.yaml", { readText: () => contract });
  const runtimes = [{ service: "agent", user: "alice", host: "box1", seat: 0 }];
  const service = platform === undefined ? undefined : expandRuntimes(platform, runtimes).services[0];
  if (service === undefined) throw new Error("the manifest can't be read");
  const { perUser: _, ...plain } = service;
  const bound = bindService(users ? service : plain, "box1", stockOf(values));
  return {
    variables: Object.fromEntries(bound.variables.map(({ name, value }) => [name, value.reveal().toString("utf8")])),
    findings: bound.findings.map(({ message }) => message),
  };
}

function stockOf(values: readonly (readonly [string, string, Scope?])[]): Stock {
  const key = Buffer.alloc(32, 7);
  const mark = (name: string, value: Sensitive) => fingerprint(key, name, value.reveal());
  const versions = values.map(([name, text, scope = {}], id): Version => ({
    id,
    name,
    scope,
    number: 1,
    state: "live",
    sensitive: true,
    fingerprint: mark(name, Sensitive.of(text)),
    origin: "prompt",
    actor: "anna",
    createdAt: 0,
  }));
  return {
    versions: Map.groupBy(versions, ({ name }) => name),
    opened: new Map(values.map(([, text], id) => [id, Sensitive.of(text)])),
    grants: [{ service: "agent", name: "OPENAI_API_KEY", kind: "hold", actor: "anna", createdAt: 0 }],
    fingerprint: mark,
  };
}
