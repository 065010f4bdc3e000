import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { dialects } from "#dialect";
import { runCommand, type Host } from "#host";
import { AppError, Sensitive } from "#kernel";
import {
  type Context,
  type LookEvent,
  applyPlatform,
  generateValues,
  giveGrants,
  listFindings,
  listGrants,
  retireValue,
  revealValue,
  scanHosts,
  setValue,
} from "#operation";
import { createFakeHost, type FakeHost, type FakeHostOptions } from "../../src/host/fake.ts";
import { auditTrail, makeProject, put, type Files } from "./make-context.ts";

/* Two hosts in memory, to which a real apply delivers. */
const files: Files = {
  "keyturn.yaml": `platform: voice
services:
  api:
    contract: .env.example
    runtime: systemd
    file: /opt/api/.env
    owner: api
    unit: api.service
    hosts: [app1, app2]
  edge:
    contract: edge.env.example
    runtime: systemd
    file: /opt/edge/.env
    owner: edge
    unit: edge.service
    hosts: [app1]
environments:
  lab:
    hosts: { app1: {}, app2: {}, app3: {}, old: {} }
    exclude: [old]
`,
  ".env.example":
    "# @required @sensitive\nTOKEN=change-me\n# @optional @sensitive\nPIN=\n# @optional @public\nMODE=a\n",
  "edge.env.example":
    "# @required @sensitive @generate=random(32)\nEDGE_KEY=change-me\n# @optional @sensitive\nSAME=\n",
};

const token = "tok-4f9b2c77d1e84a66";
const edge = "edge-0a9b8c7d6e5f4a3b";

async function voice(run?: FakeHostOptions["run"]) {
  const project = await makeProject(files, { KEYTURN_ENV: "lab" });
  const hosts = new Map<string, FakeHost>();
  const hostOf = (name: string): FakeHost => {
    const readFile = (bytes: Uint8Array) => dialects.systemd.read(bytes).entries;
    const host = hosts.get(name) ?? createFakeHost({ name, readFile, ...(run === undefined ? {} : { run }) });
    hosts.set(name, host);
    return host;
  };
  const context = { ...project.context, connect: ({ name }: { readonly name: string }): Host => hostOf(name) };
  await put(context, "TOKEN", token);
  await setValue(context, {
    name: "PIN",
    scope: {},
    undeclared: false,
    asIs: true,
    read: async () => ({ value: Sensitive.of("1234"), origin: "test" }),
  });
  await put(context, "EDGE_KEY", edge);
  await put(context, "SAME", token);
  await giveGrants(context, (await listGrants(context)).wishes);
  await deliver(context);
  return { context, hostOf };
}

/** The login of a host, whose `/opt` is a folder of this machine. */
function loginTo(folder: string, told: string[] = []): NonNullable<FakeHostOptions["run"]> {
  return (command, options) => {
    told.push(options.input ?? "");
    const input = (options.input ?? "").replace("\n/opt\n", `\n${folder}\n`);
    return runCommand(command, { ...options, input, environment: { PATH: `${folder}/bin:${process.env["PATH"]}` } });
  };
}

async function deliver(context: Context): Promise<void> {
  const result = await applyPlatform(context, { part: [], confirm: async () => true, onEvent: () => {} });
  expect(result).toMatchObject({ kind: "rolled-out", outcome: { kind: "done" } });
}

const scanned = (context: Context, hosts: readonly string[] = [], onLook?: (event: LookEvent) => void) =>
  scanHosts(context, { hosts }, onLook);

test("tells name, version, state, host and place of what a host holds, and asks none for what it does not hold", async () => {
  const { context, hostOf } = await voice();
  hostOf("app1").lay("/opt/notes", Buffer.from(`first\n${edge}\n`));
  hostOf("app2").lay("/opt/notes", Buffer.from(`${edge}\n${Buffer.from(token).toString("hex")}\n`));
  const asked: string[] = [];
  const listening = (host: Host): Host => ({
    ...host,
    search: (request) => {
      asked.push(...request.values.map(({ target, name }) => `${target.id} ${name}`));
      return host.search(request);
    },
  });
  const heard = { ...context, connect: ({ name }: { readonly name: string }): Host => listening(hostOf(name)) };
  const { findings, hosts, ...rest } = await scanned(heard);
  const about = { version: 1, environment: "lab", scope: {}, state: "live", count: 1 };
  expect(findings).toEqual([
    {
      ...about,
      host: "app1",
      name: "EDGE_KEY",
      encoding: "literal",
      where: { kind: "file", path: "/opt/notes", line: 2 },
    },
    { ...about, host: "app2", name: "TOKEN", encoding: "hex", where: { kind: "file", path: "/opt/notes", line: 2 } },
  ]);
  expect(asked.toSorted()).toEqual(["api@app1 TOKEN", "api@app2 TOKEN", "edge@app1 EDGE_KEY", "edge@app1 SAME"]);
  expect(hosts).toMatchObject([
    { host: "app1", state: "searched", values: 3, unsought: [], looked: { files: 1 } },
    { host: "app2", state: "searched", values: 1, unsought: ["EDGE_KEY v1", "SAME v1"] },
    { host: "app3", state: "unasked", values: 0 },
    { host: "old", state: "excluded" },
  ]);
  expect(rest).toMatchObject({ of: "hosts", environment: "lab", values: 3, unsearchable: ["PIN v1"], unopened: [] });
  expect((await auditTrail(context)).filter((entry) => entry.startsWith("value.scan"))).toEqual(["value.scan lab"]);
});

test("what is found is kept by host and place, and gone once the host was searched to the end without it", async () => {
  const { context, hostOf } = await voice();
  for (const name of ["app1", "app2"]) hostOf(name).lay("/opt/notes", Buffer.from(`a\n${token}\n${token}\n`));
  const keep = (hosts: readonly string[] = []) => scanHosts(context, { hosts, keep: true });
  expect((await scanned(context)).kept).toBeUndefined();
  expect((await keep()).kept).toEqual({ new: 3, gone: 0, over: 0 });
  const kept = async () =>
    (await listFindings(context)).map(({ state, thing, place: { where, path, line }, places }) =>
      [state, "name" in thing ? thing.name : "", where, `${path}:${line}`, places].join(" "),
    );
  expect(await kept()).toEqual([
    "new TOKEN app1 /opt/notes:2 2",
    "new SAME app1 /opt/notes:2 2",
    "new TOKEN app2 /opt/notes:2 2",
  ]);
  for (const name of ["app1", "app2"]) hostOf(name).lay("/opt/notes", Buffer.from("clean"));
  // one that was not asked says nothing of its places
  expect((await keep(["app2"])).kept).toEqual({ new: 0, gone: 1, over: 0 });
  expect(await kept()).toEqual([
    "new TOKEN app1 /opt/notes:2 2",
    "new SAME app1 /opt/notes:2 2",
    "gone TOKEN app2 /opt/notes:2 2",
  ]);
});

test("tells every name whose value it is", async () => {
  const { context, hostOf } = await voice();
  hostOf("app1").lay("/opt/notes", Buffer.from(token));
  const { findings } = await scanned(context, ["app1"]);
  expect(findings.map(({ name }) => name).toSorted()).toEqual(["SAME", "TOKEN"]);
});

test("finds the value before as long as the host keeps it, and asks for none that was destroyed there", async () => {
  const { context, hostOf } = await voice();
  await put(context, "TOKEN", "tok-the-one-that-followed");
  await deliver(context);
  for (const name of ["app1", "app2"]) hostOf(name).lay("/opt/old.log", Buffer.from(`a\n${token}\n`));
  const before = await scanned(context, ["app2"]);
  expect(before.findings).toMatchObject([{ name: "TOKEN", version: 1, where: { line: 2 } }]);
  expect(before.hosts).toMatchObject([{ values: 2 }]);
  await retireValue(context, { name: "TOKEN", scope: {}, compromised: false, confirm: async () => true });
  const behind = await scanned(context, ["app2"]);
  expect(behind.findings).toEqual([]);
  expect(behind.hosts).toMatchObject([{ values: 1, unsought: ["TOKEN v1", "EDGE_KEY v1", "SAME v1"] }]);
});

test("a host that is away, or has an older helper, is told with what to do, and the others are searched", async () => {
  const { context, hostOf } = await voice();
  hostOf("app2").lay("/opt/notes", Buffer.from(token));
  hostOf("app1").setUnreachable(true);
  const events: LookEvent[] = [];
  const { findings, hosts } = await scanned(context, [], (event) => events.push(event));
  expect(findings).toMatchObject([{ host: "app2" }]);
  expect(hosts[0]).toMatchObject({ host: "app1", state: "unreachable", trouble: { code: "HOST_UNREACHABLE" } });
  expect(
    events.map((event) => (event.kind === "look" ? event.hosts.join(" ") : `${event.host} ${event.state}`)).toSorted(),
  ).toEqual(["app1 app2 app3 old", "app1 unreachable", "app2 seen", "app3 seen", "old seen"]);
  hostOf("app1").setUnreachable(false);
  const old = new AppError("HOST_UNPREPARED", "app1 has helper version 8, this Keyturn speaks 9");
  Object.assign(hostOf("app1"), { observe: async () => Promise.reject(old) });
  expect((await scanned(context)).hosts[0]).toMatchObject({
    state: "unprepared",
    trouble: { code: "HOST_UNPREPARED" },
  });
});

test("a host that was given nothing yet is not searched", async () => {
  const { context, hostOf } = await voice();
  const empty = createFakeHost({ name: "app1" });
  empty.lay("/opt/notes", Buffer.from(token));
  const fresh = {
    ...context,
    connect: ({ name }: { readonly name: string }): Host => (name === "app1" ? empty : hostOf(name)),
  };
  const { findings, hosts } = await scanned(fresh, ["app1"]);
  expect(findings).toEqual([]);
  expect(hosts).toMatchObject([{ state: "empty", values: 0, looked: {} }]);
});

test("a host that is not in the manifest is named, and so are those that are", async () => {
  const { context } = await voice();
  await expect(scanned(context, ["app9"])).rejects.toMatchObject({
    code: "NOT_FOUND",
    message: "no host is called app9",
    hint: "there are app1, app2, app3, old",
  });
});

test("looks with a kit for what a host does not hold, as the user who logs in, and sends no value there", async () => {
  const folder = mkdtempSync(join(tmpdir(), "keyturn-opt-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, "bin"));
  for (const program of ["journalctl", "docker"])
    writeFileSync(join(folder, "bin", program), "#!/bin/sh\nexit 1\n", { mode: 0o700 });
  const sent: string[] = [];
  const { context } = await voice(loginTo(folder, sent));
  // one of chance, that app1 alone gets, and its next version, that nobody has
  await generateValues(context, { names: ["EDGE_KEY"], missing: false, newVersion: true });
  await deliver(context);
  const { value } = await revealValue(context, { name: "EDGE_KEY", scope: {} });
  const text = value.reveal().toString();
  writeFileSync(join(folder, "notes"), `one\n${Buffer.from(`key ${text}`).toString("base64")}\n`);
  writeFileSync(join(folder, "almost"), `${"z".repeat(40)}${text.slice(-16)}\n`);
  const { findings, hosts } = await scanned(context);
  expect(findings).toMatchObject([
    {
      host: "app2",
      name: "EDGE_KEY",
      version: 2,
      encoding: "base64",
      by: "kit",
      where: { path: `${folder}/notes`, line: 2 },
    },
  ]);
  expect(hosts).toMatchObject([
    { host: "app1", values: 4, unsought: [], kit: { state: "searched", values: 0 } },
    { host: "app2", values: 1, unsought: ["EDGE_KEY v1", "SAME v1"], kit: { state: "searched", values: 1 } },
    { state: "unasked" },
    { state: "excluded" },
  ]);
  expect(sent.join("")).not.toContain(text);
});
