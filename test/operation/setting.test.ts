import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Sensitive } from "#kernel";
import {
  applyPlatform,
  createRuntime,
  listRuntimes,
  listSettings,
  listValues,
  planPlatform,
  reachRuntime,
  removeRuntime,
  restartRuntimes,
  restoreSetting,
  rollOutWaiting,
  saveSetting,
  settingHistory,
  takeRolloutBack,
  testSetting,
  type Context,
  type ProgressEvent,
  type SaveRequest,
  whoSaw,
} from "#operation";
import { deriveUserKey } from "../../sdk/src/secret/user-key.ts";
import { processesOf } from "./live-platform.ts";
import { auditTrail } from "./make-context.ts";
import { told, unknownKey, userPlatform } from "./user-runtimes.ts";

const key = (mark: string) => `sk-proj-${mark}-0123456789abcdefghij`;
const nothing = () => undefined;

function save(context: Context, value: string, more: Partial<SaveRequest> = {}) {
  const fields = { key: Sensitive.of(value) };
  return saveSetting(context, { provider: "openai", fields, nearby: false, onEvent: nothing, ...more });
}

test("a user's runtime has its own key and name, and a second try finds it", async () => {
  const { context, port } = await userPlatform();
  expect(await createRuntime(context, { user: "alice" })).toEqual({
    kind: "created",
    service: "agent",
    user: "alice",
    host: "here",
    target: "agent/alice@here",
  });
  expect((await createRuntime(context, { user: "alice" })).kind).toBe("existed");
  const rule = { kind: "hkdf", product: "home", purpose: "api-server", version: 1, prefix: "sk_user_" } as const;
  expect(await told(port)).toMatchObject({
    user: "alice",
    key: deriveUserKey(rule, "a root secret that is long enough", { id: "alice" }),
    llm: "",
  });
  expect(await listRuntimes(context)).toMatchObject([{ user: "alice", state: "active", release: "r1" }]);
  await expect(createRuntime(context, { user: "../x" })).rejects.toMatchObject({ code: "NAME_INVALID" });
});

test("a runtime that goes leaves no process, and its seat to the next one", async () => {
  const { context } = await userPlatform(["alice", "bob"]);
  expect(await removeRuntime(context, { user: "alice" })).toEqual({ target: "agent/alice@here" });
  expect(Object.keys(await processesOf(context))).toEqual(["agent/bob"]);
  await expect(removeRuntime(context, { user: "alice" })).rejects.toMatchObject({ code: "NOT_FOUND" });
  await createRuntime(context, { user: "carol" });
  expect((await listRuntimes(context)).map(({ user }) => user)).toEqual(["bob", "carol"]);
});

test("a key that works is saved and runs everywhere, one runtime first", async () => {
  const { context, port, world } = await userPlatform(["alice", "bob", "carol"]);
  const events: ProgressEvent[] = [];
  const result = await save(context, key("one"), { onEvent: (event) => void events.push(event) });
  expect(result).toMatchObject({ revision: 1, check: "verified", outcome: { kind: "done" } });
  expect(world.seen[0]?.headers["authorization"]).toBe(`Bearer ${key("one")}`);
  for (const seat of [0, 1, 2]) expect((await told(port, seat))["llm"]).toBe(key("one"));
  expect(events.flatMap((event) => (event.kind === "wave" ? [event.hosts] : []))).toEqual([
    ["agent/alice@here"],
    ["agent/bob@here", "agent/carol@here"],
  ]);
  const view = await listSettings(context);
  expect(view).toMatchObject({
    revision: 1,
    impact: { runtimes: 3, waves: 2 },
    providers: [
      {
        provider: "openai",
        runtimes: 3,
        surfaces: ["voice", "chat"],
        saved: { revision: 1, check: "verified", fields: [{ id: "key", variable: "OPENAI_API_KEY", version: 1 }] },
        probe: { state: "ok" },
      },
    ],
  });
  expect(JSON.stringify([view, result, events, await auditTrail(context)])).not.toContain(key("one"));
  expect((await planPlatform(context, [])).plan.changes.map(({ target }) => target)).toEqual(["api@here"]);
  const { people } = await whoSaw(context, { name: "OPENAI_API_KEY" });
  expect(people).toMatchObject([
    { seen: [{ number: 1, use: "present", ways: [{ way: "saved", certain: true, actor: context.actor.name }] }] },
  ]);
});

test("a key that the provider does not know is refused, and nothing is kept or touched", async () => {
  const { context, provider } = await userPlatform(["alice"]);
  const before = await processesOf(context);
  Object.assign(provider, unknownKey);
  const tested = await testSetting(context, {
    provider: "openai",
    fields: { key: Sensitive.of(key("bad")) },
    nearby: false,
  });
  expect(tested).toMatchObject({
    outcome: "refused",
    advice: expect.stringContaining("`keyturn settings set openai`"),
  });
  await expect(save(context, key("bad"))).rejects.toMatchObject({ code: "SETTING_REFUSED" });
  await expect(save(context, "sk-ant-api03-of-someone-else-0123456789abcdef")).rejects.toMatchObject({
    code: "SETTING_REFUSED",
    findings: [{ message: expect.stringContaining("Anthropic") }],
  });
  expect(await settingHistory(context, "openai")).toEqual([]);
  expect(await processesOf(context)).toEqual(before);
});

test("what nobody can prove takes a reason, which is kept", async () => {
  const { context, provider } = await userPlatform(["alice"]);
  Object.assign(provider, { status: 503, body: {} });
  const unproved = await testSetting(context, {
    provider: "openai",
    fields: { key: Sensitive.of(` "${key("two")}" `) },
    nearby: false,
  });
  expect(unproved).toMatchObject({ outcome: "unverified", notices: [expect.stringContaining("taken off")] });
  await expect(save(context, key("two"))).rejects.toMatchObject({ code: "SETTING_UNVERIFIED" });
  const saved = await save(context, key("two"), { unverified: "the vendor is down" });
  expect(saved).toMatchObject({ check: "unverified", outcome: { kind: "done" } });
  expect((await listSettings(context)).providers[0]?.saved).toMatchObject({ reason: "the vendor is down" });
});

test("a canary that does not come up takes itself and the settings back, and the others never changed", async () => {
  const { context, port } = await userPlatform(["alice", "bob", "carol"]);
  await save(context, key("one"));
  const before = await processesOf(context);
  const failed = await save(context, key("breaks-everyone"));
  expect(failed).toMatchObject({ revision: 2, outcome: { kind: "returned", hosts: ["agent/alice@here"] } });
  const after = await processesOf(context);
  expect([after["agent/bob"], after["agent/carol"]]).toEqual([before["agent/bob"], before["agent/carol"]]);
  for (const seat of [0, 1, 2]) expect((await told(port, seat))["llm"]).toBe(key("one"));
  const history = await settingHistory(context, "openai");
  expect(history.map(({ revision, origin, earlier }) => [revision, origin, earlier])).toEqual([
    [3, "returned", 1],
    [2, "saved", undefined],
    [1, "saved", undefined],
  ]);
  const [now, , first] = history;
  expect(now?.content?.fields.map(({ fingerprint }) => fingerprint)).toEqual(
    first?.content?.fields.map(({ fingerprint }) => fingerprint),
  );
});

test("a wave that does not come up takes all of them back, and the first settings that fail leave none", async () => {
  const { context, port } = await userPlatform(["alice", "bob", "carol"]);
  const failed = await save(context, key("breaks-"));
  expect(failed.outcome).toMatchObject({ kind: "returned", failure: { target: "agent/bob@here" } });
  for (const seat of [0, 1, 2]) expect((await told(port, seat))["llm"]).toBe("");
  expect((await listSettings(context)).providers[0]?.saved).toBeUndefined();
  expect((await planPlatform(context, ["agent"])).plan.changes).toEqual([]);
});

test("of two who save at once, the second is told what the first one changed", async () => {
  const { context } = await userPlatform();
  const { revision: expected } = await listSettings(context);
  await save(context, key("one"), { expected });
  await expect(save(context, key("two"), { expected })).rejects.toMatchObject({
    code: "SETTINGS_CHANGED",
    findings: [{ message: expect.stringContaining("openai: revision 1 by") }],
  });
});

test("a stored key is never sent to a new address", async () => {
  const { context, world } = await userPlatform();
  await save(context, key("one"));
  const asked = world.seen.length;
  const base = { base: Sensitive.of("https://stand-in.example/v1") };
  const request = { provider: "openai", fields: base, nearby: false };
  expect(await testSetting(context, request)).toMatchObject({
    outcome: "refused",
    problems: [{ field: "key", message: expect.stringContaining("new address") }],
  });
  expect(world.seen.length).toBe(asked);
  const again = { ...base, key: Sensitive.of(key("one")) };
  expect(await testSetting(context, { ...request, fields: again })).toMatchObject({ outcome: "verified" });
});

test("what is saved is held by the services that run for users", async () => {
  const { context } = await userPlatform();
  await save(context, key("one"));
  for (const scope of [{}, { service: "agent" }]) {
    const saved = (await listValues(context, scope)).filter(({ name }) => name === "OPENAI_API_KEY");
    expect(saved).toMatchObject([{ scope: { service: "global_settings" }, holders: ["agent"], ungranted: [] }]);
  }
});

test("a base URL that is taken away is asked no more, and is told nowhere as a value that is there", async () => {
  const { context, world } = await userPlatform();
  const base = { key: Sensitive.of(key("one")), base: Sensitive.of("https://stand-in.example/v1") };
  await save(context, key("one"), { fields: base });
  const looked = world.looked.length;
  const without = { key: Sensitive.of(key("two")), base: Sensitive.of("") };
  await testSetting(context, { provider: "openai", fields: without, nearby: false });
  await save(context, key("two"), { fields: without });
  expect(world.looked.slice(looked)).toEqual(["api.openai.com", "api.openai.com"]);
  const history = await settingHistory(context, "openai");
  expect(history.map(({ content }) => content?.fields.map(({ id }) => id))).toEqual([["key"], ["key", "base"]]);
});

test("an address that no key may be sent to is refused, whatever the reason; nothing is sent and nothing is kept", async () => {
  const { context, world } = await userPlatform(["alice"]);
  const barred = [
    "http://169.254.169.254/latest",
    "https://10.0.0.8/v1",
    "http://1.1.1.1/v1",
    "ftp://stand-in.example",
  ];
  for (const base of barred) {
    const fields = { key: Sensitive.of(key("one")), base: Sensitive.of(base) };
    const request = { provider: "openai", fields, nearby: false };
    expect([base, (await testSetting(context, request)).outcome]).toEqual([base, "refused"]);
    const insisted = saveSetting(context, { ...request, onEvent: nothing, unverified: "our own gateway" });
    await expect(insisted).rejects.toMatchObject({ code: "SETTING_REFUSED" });
  }
  expect([world.seen, await settingHistory(context, "openai")]).toEqual([[], []]);
});

test("a key that is given now is tried at the address that the manifest says, and a stored one is not", async () => {
  const { context, folder, world } = await userPlatform();
  await save(context, key("one"));
  const manifest = join(folder, "keyturn.yaml");
  const text = await readFile(manifest, "utf8");
  await writeFile(
    manifest,
    text.replace("surfaces:", 'values: { OPENAI_BASE_URL: "https://elsewhere.example/v1" }\n    surfaces:'),
  );
  context.reloadPlatform();
  const looked = world.looked.length;
  await testSetting(context, { provider: "openai", fields: {}, nearby: false });
  await testSetting(context, { provider: "openai", fields: { key: Sensitive.of(key("two")) }, nearby: false });
  expect(world.looked.slice(looked)).toEqual(["api.openai.com", "elsewhere.example"]);
});

test("an earlier revision comes back with one call, and a compromised key never", async () => {
  const { context, port } = await userPlatform(["alice"]);
  await save(context, key("one"));
  await save(context, key("two"));
  const restored = await restoreSetting(context, { provider: "openai", revision: 1, onEvent: nothing });
  expect(restored).toMatchObject({ revision: 3, outcome: { kind: "done" } });
  expect((await told(port))["llm"]).toBe(key("one"));
  const events: ProgressEvent[] = [];
  await save(context, key("three"), { compromised: true, onEvent: (event) => void events.push(event) });
  expect(events.filter(({ kind }) => kind === "wave")).toHaveLength(1);
  expect((await told(port))["llm"]).toBe(key("three"));
  await expect(restoreSetting(context, { provider: "openai", revision: 3, onEvent: nothing })).rejects.toMatchObject({
    code: "VALUES_INVALID",
  });
  expect(await auditTrail(context)).toContain("setting.restore openai");
});

test("a rollout that was stopped and is taken back takes its settings along", async () => {
  const { context, again, port } = await userPlatform(["alice", "bob", "carol"]);
  await save(context, key("one"));
  const stop = new AbortController();
  const onEvent = (event: ProgressEvent) => {
    if (event.kind === "host") stop.abort();
  };
  const stopped = await save(context, key("two"), { onEvent, signal: stop.signal });
  expect(stopped.outcome).toMatchObject({ kind: "stopped" });
  expect((await told(port))["llm"]).toBe(key("two"));
  const back = await takeRolloutBack(again(), { confirm: async () => true, onEvent: nothing });
  expect(back).toMatchObject({ outcome: { kind: "returned" } });
  for (const seat of [0, 1, 2]) expect((await told(port, seat))["llm"]).toBe(key("one"));
  expect((await settingHistory(context, "openai"))[0]).toMatchObject({ origin: "returned", earlier: 1 });
});

test("all runtimes start anew on demand, one first; what they have stays", async () => {
  const { context } = await userPlatform(["alice", "bob"]);
  const before = await processesOf(context);
  const asked: number[] = [];
  const confirm = async (count: number) => asked.push(count) > 0;
  const result = await restartRuntimes(context, { confirm, onEvent: nothing });
  expect(result).toMatchObject({ kind: "rolled-out", outcome: { kind: "done" } });
  expect(asked).toEqual([2]);
  const after = await processesOf(context);
  expect(after["agent/alice"]).not.toBe(before["agent/alice"]);
  expect(after["agent/bob"]).not.toBe(before["agent/bob"]);
  await restartRuntimes(context, { user: "bob", confirm, onEvent: nothing });
  expect((await processesOf(context))["agent/alice"]).toBe(after["agent/alice"]);
});

test("a connection leads to the user's own runtime", async () => {
  const { context } = await userPlatform(["alice", "bob"]);
  const stream = await reachRuntime(context, { user: "bob" });
  stream.write("GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
  const text = (await stream.toArray()).join("");
  expect(text).toContain('"user":"bob"');
  await expect(reachRuntime(context, { user: "nobody" })).rejects.toMatchObject({ code: "NOT_FOUND" });
});

/** Whoever saves is cut short when it is kept, before anything else. */
async function saveAndDie(context: Context, value: string, more: Partial<SaveRequest> = {}) {
  const onKept = () => {
    throw new Error("cut short");
  };
  await expect(save(context, value, { onKept, ...more })).rejects.toThrow("cut short");
}

async function waitsOf(context: Context) {
  return (await settingHistory(context, "openai")).map(({ waits }) => waits);
}

test("settings whose saver was cut short wait, are shown as such, and are rolled out by the next one", async () => {
  const { context, again, port } = await userPlatform(["alice", "bob"]);
  await saveAndDie(context, key("one"));
  expect((await told(port))["llm"]).toBe("");
  expect((await listSettings(again())).providers[0]?.saved).toMatchObject({ revision: 1, waits: "waves" });
  const events: ProgressEvent[] = [];
  await rollOutWaiting(again(), { onEvent: (event) => void events.push(event) });
  expect(events.filter(({ kind }) => kind === "wave")).toHaveLength(2);
  for (const seat of [0, 1]) expect((await told(port, seat))["llm"]).toBe(key("one"));
  expect(await settingHistory(context, "openai")).toMatchObject([{ revision: 1, rollout: expect.any(String) }]);
  expect(await waitsOf(context)).toEqual([undefined]);
  const before = await processesOf(context);
  await rollOutWaiting(again(), { onEvent: nothing });
  expect(await processesOf(context)).toEqual(before);
});

test("a compromised key whose saver was cut short goes everywhere at once, and a plain apply is as good", async () => {
  const { context, again, port } = await userPlatform(["alice", "bob"]);
  await save(context, key("one"));
  await saveAndDie(context, key("two"), { compromised: true });
  const events: ProgressEvent[] = [];
  await rollOutWaiting(again(), { onEvent: (event) => void events.push(event) });
  expect(events.filter(({ kind }) => kind === "wave")).toHaveLength(1);
  await saveAndDie(context, key("three"));
  const request = { onEvent: nothing, confirm: async () => true };
  await applyPlatform(again(), { ...request, part: ["agent/alice@here"] });
  expect(await waitsOf(context)).toEqual(["waves", undefined, undefined]);
  await applyPlatform(again(), { ...request, part: ["agent"] });
  expect(await waitsOf(context)).toEqual([undefined, undefined, undefined]);
  for (const seat of [0, 1]) expect((await told(port, seat))["llm"]).toBe(key("three"));
});

test("waiting settings that do not come up go back, and those that can't be begun wait on", async () => {
  const { context, again, port } = await userPlatform(["alice", "bob"]);
  await save(context, key("one"));
  await saveAndDie(context, key("breaks-everyone"));
  await rollOutWaiting(again(), { onEvent: nothing, signal: AbortSignal.abort() });
  expect(await waitsOf(context)).toEqual(["waves", undefined]);
  await rollOutWaiting(again(), { onEvent: nothing });
  expect((await settingHistory(context, "openai"))[0]).toMatchObject({ origin: "returned", earlier: 1 });
  expect(await waitsOf(context)).toEqual([undefined, undefined, undefined]);
  for (const seat of [0, 1]) expect((await told(port, seat))["llm"]).toBe(key("one"));
});

test("settings that nobody runs with do not wait", async () => {
  const { context } = await userPlatform();
  await save(context, key("one"));
  expect(await waitsOf(context)).toEqual([undefined]);
});
