import { describe, expect, test } from "vitest";
import { expandRuntimes, isUserId, readManifest, type Platform } from "#contract";

const contract =
  "# @derive=user\nAGENT_USER=\n# @derive=hkdf(JWT_SECRET, purpose=api-server, prefix=sk_)\nAPI_SERVER_KEY=\n";

function manifest(...service: readonly string[]): string {
  return [
    "platform: home",
    "environments: { prod: { hosts: { box1: {}, box2: {} } } }",
    "services:",
    "  agent:",
    "    contract: .env.example",
    ...service.map((line) => `    ${line}`),
    "",
  ].join("\n");
}

const container = manifest(
  "runtime: docker",
  "hosts: [box1, box2]",
  "per-user: true",
  "image: agent:1",
  "port: 8080",
  'volumes: ["data-%u:/data"]',
  'health: ["http://127.0.0.1:%p/health"]',
);

function read(text: string): Platform {
  const { platform, findings } = readManifest(text, "keyturn.yaml", { readText: () => contract });
  if (platform === undefined) throw new Error(JSON.stringify(findings));
  return platform;
}

function said(text: string): readonly string[] {
  return readManifest(text, "keyturn.yaml", { readText: () => contract }).findings.map(({ message }) => message);
}

const alice = { service: "agent", user: "alice", host: "box2", seat: 3 };

describe("a service that runs once for each user", () => {
  test("runs nowhere before there is a user", () => {
    expect(expandRuntimes(read(container), []).services).toEqual([]);
  });

  test("is a service of its own for each of them, with the manifest's name as its base", () => {
    const [service] = expandRuntimes(read(container), [alice]).services;
    expect(service).toMatchObject({
      name: "agent/alice",
      base: "agent",
      user: { id: "alice", platform: "home", port: 8080 },
      hosts: ["box2"],
      health: [{ url: "http://127.0.0.1:8080/health" }],
      runtime: {
        container: "agent-alice",
        port: 8080,
        volumes: ["data-alice:/data"],
        labels: {
          "keyturn.platform": "home",
          "keyturn.service": "agent",
          "keyturn.user": "alice",
          "keyturn.key-version": "API_SERVER_KEY=1",
        },
      },
    });
  });

  test("as local processes has a port for each seat", () => {
    const local = container
      .replace("{ box1: {}, box2: {} }", "{ box2: local }")
      .replace("runtime: docker", "runtime: process\n    command: node main.ts")
      .replace("    image: agent:1\n", "")
      .replace("hosts: [box1, box2]", "hosts: [box2]")
      .replace(/.*volumes.*\n/, "");
    const [service] = expandRuntimes(read(local), [alice]).services;
    expect(service?.health).toMatchObject([{ url: "http://127.0.0.1:8083/health" }]);
    expect(service?.runtime).toMatchObject({ instanceEnvironment: { PORT: "8083" } });
  });

  test("has its port in a variable that the contract has for it, and nowhere else", () => {
    const lines = ["runtime: process", "command: node main.ts", "per-user: true", "port: 8080"];
    const text = manifest(...lines).replace("{ box1: {}, box2: {} }", "{ box2: local }");
    const { platform } = readManifest(text, "keyturn.yaml", { readText: () => "PORT=1\n" });
    const [service] = platform === undefined ? [] : expandRuntimes(platform, [alice]).services;
    expect(service?.values).toEqual({ PORT: [{ kind: "text", text: "8083" }] });
    expect(service?.runtime).toMatchObject({ instanceEnvironment: {} });
  });

  test("stays out where the manifest lost its host or the service", () => {
    const platform = read(container);
    expect(
      expandRuntimes(platform, [
        { ...alice, host: "box3" },
        { ...alice, service: "other" },
      ]).services,
    ).toEqual([]);
  });
});

test("what can't be is told", () => {
  expect(said(container.replace("    per-user: true\n", ""))).toEqual([
    "agent: AGENT_USER, API_SERVER_KEY is derived for each user, and per-user is not said",
  ]);
  expect(said(container.replace("    port: 8080\n", ""))).toEqual(["agent: port is missing, per-user needs it"]);
  expect(said(container.replace("    per-user: true\n", "    surfaces: [voice]\n"))[0]).toBe(
    "agent: surfaces needs per-user: true",
  );
});

test("ids of users are those that can stand in a name and a path", () => {
  expect(["alice", "3f2504e0-4f89-11d3-9a0c-0305e82c3301", "A_1"].map(isUserId)).toEqual([true, true, true]);
  expect(["", "-a", "a/b", "a@b", "a b", "ü", "a".repeat(64), "a\n"].filter(isUserId)).toEqual([]);
});
