import { expect, test } from "vitest";
import { resumeRollout } from "#operation";
import { auditTrail, put } from "../operation/make-context.ts";
import { answerOf, apply, applied, livePlatform, processesOf } from "../operation/live-platform.ts";
import { readEvents } from "./event-stream.ts";
import { startServer, type TestServer } from "./fixture.ts";

const rollouts = "/v1/environments/local/rollouts";

/** The wave of the api is looked on long enough to do something meanwhile. */
const slow = { local: "    soak: 3s\n" };

async function serveLive(options: Parameters<typeof livePlatform>[0] = {}) {
  const live = await livePlatform(options);
  const server = await startServer({}, live.folder);
  return { ...live, server, token: await server.token("local:operator") };
}

interface Given {
  readonly server: TestServer;
  readonly token: string;
}

async function begin({ server, token }: Given): Promise<string> {
  const answer = await server.ask(rollouts, { method: "POST", token, json: { part: [] } });
  expect(answer.status, answer.text).toBe(202);
  return String(answer.body.rollout);
}

function ask({ server, token }: Given, id: string, verb: string) {
  return server.ask(`${rollouts}/${id}/${verb}`, { method: "POST", token });
}

async function look({ server, token }: Given, id: string) {
  const answer = await server.ask(`${rollouts}/${id}`, { token });
  expect(answer.status, answer.text).toBe(200);
  return answer.body;
}

function events({ server, token }: Given, id: string, options: Partial<Parameters<typeof readEvents>[1]> = {}) {
  return readEvents(`${server.served.address}${rollouts}/${id}/events`, { token, ...options });
}

test("an apply goes on behind the answer, tells what it does, and is done", async () => {
  const live = await serveLive();
  const id = await begin(live);
  const told = await events(live, id);
  expect(told.ended).toBe(true);
  expect(told.events.map(({ data }) => data["kind"])).toEqual(expect.arrayContaining(["look", "begin", "wave", "end"]));
  expect(told.events.at(-1)?.data).toMatchObject({ kind: "end", outcome: "done", elapsed: expect.any(Number) });
  expect(told.text).not.toMatch(/token-one|api-key-one/);
  expect(await look(live, id)).toMatchObject({
    id,
    kind: "apply",
    release: 1,
    state: "done",
    actor: "token:t1",
    waves: [
      { number: 1, of: 2, targets: ["api@here"] },
      { number: 2, of: 2, targets: ["fleet@here"] },
    ],
    targets: [
      { target: "api@here", host: "here", state: "done", step: "gate" },
      { target: "fleet@here", host: "here", state: "done" },
    ],
    outcome: { kind: "done" },
  });
  expect(await answerOf(live.port)).toBe("200 api-key-one");
  const half = told.events[4]?.id ?? "";
  expect((await events(live, id, { last: half })).events).toEqual(told.events.slice(5));
  expect((await events(live, id, { last: "log_of-another" })).events).toEqual(told.events);
  const again = await live.server.ask(rollouts, { method: "POST", token: live.token, json: {} });
  expect([again.status, again.body]).toEqual([200, { kind: "nothing" }]);
});

test("one that fails goes back by itself, and says where and why", async () => {
  const live = await serveLive();
  await applied(live.again());
  await put(live.context, "MODE", "sick");
  const id = await begin(live);
  await events(live, id);
  const found = await look(live, id);
  expect(found).toMatchObject({
    state: "returned",
    targets: [{ target: "api@here", state: "returned" }],
    outcome: { kind: "returned", failure: { target: "api@here" } },
  });
  expect(await answerOf(live.port)).toBe("200 api-key-one");
});

test("is paused behind its present step, and gone on with", async () => {
  const live = await serveLive(slow);
  const id = await begin(live);
  await events(live, id, { until: ({ kind }) => kind === "soak" });
  expect(await look(live, id)).toMatchObject({ state: "running", targets: [{ state: "done" }, { state: "waiting" }] });
  expect((await ask(live, id, "continue")).body.error.code).toBe("LEASE_HELD");
  expect(await ask(live, id, "pause")).toMatchObject({ status: 202, body: { rollout: id } });
  const first = await events(live, id);
  expect(first.events.slice(-2).map(({ data }) => data)).toMatchObject([
    { kind: "stopping", hosts: [] },
    { kind: "end", outcome: "stopped" },
  ]);
  expect(await look(live, id)).toMatchObject({ state: "stopped", outcome: { kind: "stopped" } });
  expect((await live.server.ask(rollouts, { token: live.token })).body.rollouts).toMatchObject([{ state: "stopped" }]);
  expect(Object.keys(await processesOf(live.context))).toEqual(["api"]);
  expect((await ask(live, id, "pause")).body.error.code).toBe("ROLLOUT_STATE");
  expect(await ask(live, id, "continue")).toMatchObject({ status: 202, body: { rollout: id } });
  const more = await events(live, id, { last: first.events.at(-1)?.id ?? "" });
  expect(more.events.at(-1)?.data).toMatchObject({ kind: "end", outcome: "done" });
  expect(await look(live, id)).toMatchObject({ state: "done", targets: [{ state: "done" }, { state: "done" }] });
  expect((await ask(live, id, "continue")).body.error.code).toBe("ROLLOUT_STATE");
  expect((await auditTrail(live.context)).filter((entry) => entry.startsWith("rollout."))).toEqual(
    ["begin", "pause", "stopped", "resume", "done"].map((what) => `rollout.${what} r1`),
  );
});

test("what was paused is taken back", async () => {
  const live = await serveLive(slow);
  await applied(live.again());
  await put(live.context, "API_KEY", "api-key-two");
  await put(live.context, "TOKEN", "token-two");
  const id = await begin(live);
  await events(live, id, { until: ({ kind }) => kind === "soak" });
  await ask(live, id, "pause");
  await events(live, id);
  expect(await answerOf(live.port)).toBe("200 api-key-two");
  expect((await ask(live, id, "take-back")).status).toBe(202);
  await events(live, id);
  expect(await look(live, id)).toMatchObject({
    state: "returned",
    targets: [{ state: "returned" }, { state: "waiting" }],
  });
  expect(await answerOf(live.port)).toBe("200 api-key-one");
});

test("a server that is closed leaves its rollout open, and the next one goes on with it", async () => {
  const live = await serveLive(slow);
  const id = await begin(live);
  await events(live, id, { until: ({ kind }) => kind === "soak" });
  let seen: () => void = () => undefined;
  const connected = new Promise<void>((resolve) => (seen = resolve));
  const watching = events(live, id, { until: () => (seen(), false) });
  await connected;
  await live.server.served.close();
  expect((await watching).ended).toBe(true);
  const next = { server: await startServer({}, live.folder), token: live.token };
  expect(await look(next, id)).toMatchObject({ state: "stopped", outcome: { kind: "stopped" } });
  const past = await events(next, id);
  expect(past.ended).toBe(true);
  expect(past.events.map(({ data }) => [data["kind"], data["target"]])).toContainEqual(["gate", "api@here"]);
  expect((await events(next, id, { last: past.events.at(-2)?.id ?? "" })).events).toEqual(past.events.slice(-1));
  expect((await ask(next, id, "continue")).status).toBe(202);
  await events(next, id);
  expect(await look(next, id)).toMatchObject({ state: "done" });
});

test("one of the command line is shown, and stopped there alone; the server begins none meanwhile", async () => {
  const live = await serveLive(slow);
  let begun: (id: string) => void = () => undefined;
  const started = new Promise<string>((resolve) => (begun = resolve));
  const stop = new AbortController();
  const work = apply(live.again(), { onBegun: begun, signal: stop.signal });
  const id = await started;
  expect(await look(live, id)).toMatchObject({ state: "running" });
  expect((await ask(live, id, "pause")).body.error).toMatchObject({ code: "ROLLOUT_STATE" });
  const second = await live.server.ask(rollouts, { method: "POST", token: live.token, json: {} });
  expect([second.status, second.body.error.code]).toEqual([409, "LEASE_HELD"]);
  stop.abort(new Error("ctrl-c"));
  await work;
  await resumeRollout(live.again(), { rollout: id, confirm: async () => true, onEvent: () => undefined });
  expect(await look(live, id)).toMatchObject({ state: "done" });
});

test("refusals come as what they are, and begin nothing", async () => {
  const live = await serveLive();
  const viewer = await live.server.token("local:viewer", "other:admin");
  const id = "ro_0000000000000000";
  for (const path of [rollouts, ...["pause", "continue", "take-back"].map((verb) => `${rollouts}/${id}/${verb}`)]) {
    const answer = await live.server.ask(path, { method: "POST", token: viewer, json: {} });
    expect([answer.status, answer.body.error.code], path).toEqual([403, "PERMISSION_DENIED"]);
  }
  for (const path of [`${rollouts}/${id}`, `${rollouts}/${id}/events`]) {
    expect(await live.server.ask(path, { token: viewer })).toMatchObject({ status: 404 });
  }
  const unknown = await live.server.ask(rollouts, { method: "POST", token: live.token, json: { part: ["nowhere"] } });
  expect(unknown.status, unknown.text).toBe(404);
  const { body } = await live.server.ask(rollouts, { token: viewer });
  expect(body.rollouts).toEqual([]);
});
