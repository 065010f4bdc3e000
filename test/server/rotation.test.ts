import { expect, test, vi } from "vitest";
import { redisPlatform } from "../issuer/redis-platform.ts";
import { firstPassword } from "../issuer/redis-server.ts";
import { auditTrail } from "../operation/make-context.ts";
import {
  callsOf,
  firstValue,
  rotate,
  rotatingPlatform,
  statusFor,
  type Rotating,
  type RotatingOptions,
} from "../operation/rotating-platform.ts";
import { readEvents } from "./event-stream.ts";
import { startServer, type TestServer } from "./fixture.ts";

// processes are started and asked many times over
vi.setConfig({ testTimeout: 180_000 });

const rotations = "/v1/environments/local/rotations";
const nextValue = "planted-value-that-came-next";

interface Served extends Rotating {
  readonly server: TestServer;
  readonly token: string;
}

async function serveRotating(options: RotatingOptions = {}): Promise<Served> {
  const platform = await rotatingPlatform(options);
  const server = await startServer({}, platform.folder);
  return { ...platform, server, token: await server.token("local:operator") };
}

function post({ server, token }: Pick<Served, "server" | "token">, path: string, json: object = {}) {
  return server.ask(`${rotations}${path}`, { method: "POST", token, json });
}

async function preview(served: Served, more: object = {}) {
  const answer = await post(served, "/preview", { name: "TOKEN", ...more });
  expect(answer.status, answer.text).toBe(200);
  return answer.body;
}

async function begin(served: Served, more: object = {}): Promise<string> {
  const { digest } = await preview(served, "compromised" in more ? { compromised: true } : {});
  const answer = await post(served, "", { name: "TOKEN", expected: digest, ...more });
  expect(answer.status, answer.text).toBe(202);
  return String(answer.body.rotation);
}

async function look({ server, token }: Pick<Served, "server" | "token">, id: string) {
  const answer = await server.ask(`${rotations}/${id}`, { token });
  expect(answer.status, answer.text).toBe(200);
  return answer.body;
}

function events({ server, token }: Served, id: string, options: Partial<Parameters<typeof readEvents>[1]> = {}) {
  return readEvents(`${server.served.address}${rotations}/${id}/events`, { token, ...options });
}

interface Entry {
  readonly kind: string;
  readonly subject: string;
  readonly detail: string;
}

test("a rotation goes on behind the answer as it was shown, and tells what proved each step", async () => {
  const served = await serveRotating();
  const { plan, digest } = await preview(served);
  expect(plan).toMatchObject({ name: "TOKEN", compromised: false, from: { number: 1 }, warnings: [] });
  expect(plan.steps.map(({ phase }: { phase: string }) => phase)).toEqual(["accept", "switch", "forget"]);
  expect((await preview(served)).digest).toBe(digest);
  const id = await begin(served, { value: nextValue });
  const told = await events(served, id);
  expect(told.ended).toBe(true);
  expect(told.text).not.toMatch(/planted-value|the-value-that/);
  expect(told.events.map(({ data }) => data["kind"])).toEqual(
    expect.arrayContaining(["rotation-step", "wave", "proof", "quiet", "rotation-ended"]),
  );
  const found = await look(served, id);
  expect(found).toMatchObject({
    state: "done",
    step: 3,
    actor: "token:t1",
    atWork: false,
    pastReturn: true,
    versions: { from: 1, to: 2 },
    instances: [
      { name: "api@here", service: "api", host: "here", probed: true, reports: true },
      { name: "caller@here", service: "caller", probed: false, reports: true },
    ],
  });
  const entries = found.entries as readonly Entry[];
  expect(entries.filter(({ kind }) => kind === "called").map(({ subject, detail }) => `${subject} ${detail}`)).toEqual([
    "api@here takes the new value",
    "api@here takes the old value",
    "api@here takes the new value",
    "api@here takes the old value",
    "api@here takes the new value",
    "api@here refuses the old value",
  ]);
  expect(entries.at(-1)).toMatchObject({ kind: "calls", detail: expect.stringContaining("0 refused") });
  expect(JSON.stringify(found)).not.toMatch(/planted-value|the-value-that/);
  expect([await statusFor(served, nextValue), await statusFor(served, firstValue)]).toEqual([200, 401]);
  expect((await callsOf(served)).refused).toBe(0);
  const { body } = await served.server.ask(rotations, { token: served.token });
  expect(body.rotations).toMatchObject([{ id, state: "done" }]);
  expect(served.server.log.join("")).not.toContain("planted-value");
});

test("each rollout of it can be looked at by itself while it goes on", async () => {
  const served = await serveRotating();
  const id = await begin(served);
  const told = await events(served, id, { until: ({ kind }) => kind === "wave" });
  expect(told.events.at(-1)?.data).toMatchObject({ kind: "wave" });
  const path = "/v1/environments/local/rollouts";
  const [rollout] = (await served.server.ask(path, { token: served.token })).body.rollouts;
  const own = await readEvents(`${served.server.served.address}${path}/${String(rollout.id)}/events`, served);
  expect(own.events.map(({ data }) => data["kind"])).toEqual(expect.arrayContaining(["begin", "wave", "gate", "end"]));
  await events(served, id);
  expect(await look(served, id)).toMatchObject({ state: "done" });
});

test("instances tell which value they are shown while a rotation is open", async () => {
  const served = await serveRotating();
  const id = await begin(served);
  await events(served, id, { until: ({ kind, number }) => kind === "rotation-step" && number === 2 });
  const answer = await served.server.ask(`${rotations}/${id}/use`, { token: served.token });
  expect(answer.status, answer.text).toBe(200);
  expect(answer.body.verifiers).toMatchObject([
    { instance: "api@here", report: { refused: { count: expect.any(Number) } } },
  ]);
  expect(answer.body.presenters).toHaveLength(1);
  await events(served, id);
});

test("it is held where it is, and gone on with by another server", async () => {
  const served = await serveRotating();
  const id = await begin(served);
  await events(served, id, { until: ({ kind }) => kind === "rotation-step" });
  expect(await look(served, id)).toMatchObject({ state: "open", atWork: true, pastReturn: false });
  expect((await post(served, `/${id}/continue`)).body.error.code).toBe("LEASE_HELD");
  expect(await post(served, `/${id}/hold`)).toMatchObject({ status: 202, body: { rotation: id } });
  await events(served, id);
  const held = await look(served, id);
  expect(held).toMatchObject({ state: "open", atWork: false });
  expect((held.entries as readonly Entry[]).at(-2)).toMatchObject({ kind: "held" });
  expect((await post(served, `/${id}/hold`)).body.error.code).toBe("ROLLOUT_STATE");
  await served.server.served.close();
  const next = { ...served, server: await startServer({}, served.folder) };
  expect((await events(next, id)).events).toEqual([]);
  expect((await post(next, `/${id}/continue`, { wait: 60 })).status).toBe(202);
  await events(next, id);
  expect(await look(next, id)).toMatchObject({ state: "done" });
  expect((await auditTrail(served.context)).filter((entry) => entry.startsWith("rotation"))).toEqual([
    "rotation.begin TOKEN",
    "rotation.hold TOKEN",
    "rotation.done TOKEN",
  ]);
});

test("a server that is closed in the middle leaves it open, and everything is given back", async () => {
  const served = await serveRotating();
  const id = await begin(served, { value: nextValue });
  await events(served, id, { until: ({ kind, number }) => kind === "rotation-step" && number === 2 });
  await served.server.served.close();
  const next = { ...served, server: await startServer({}, served.folder) };
  expect(await look(next, id)).toMatchObject({ state: "open", atWork: false });
  expect((await post(next, `/${id}/back`)).status).toBe(202);
  await events(next, id);
  expect(await look(next, id)).toMatchObject({ state: "returned" });
  expect([await statusFor(served, nextValue), await statusFor(served, firstValue)]).toEqual([401, 200]);
});

test("a compromised value takes the name once more, and goes without an overlap", async () => {
  const served = await serveRotating();
  const { plan, digest } = await preview(served, { compromised: true });
  expect(plan).toMatchObject({ steps: [{ phase: "swap" }], warnings: [{ code: "window" }] });
  const asked = { name: "TOKEN", compromised: true, expected: digest };
  for (const confirm of [{}, { confirm: "TOKE" }]) {
    expect(await post(served, "", { ...asked, ...confirm })).toMatchObject({
      status: 400,
      body: { error: { code: "REQUEST_INVALID" } },
    });
  }
  const begun = await post(served, "", { ...asked, confirm: "TOKEN" });
  expect(begun.status, begun.text).toBe(202);
  const id = String(begun.body.rotation);
  await events(served, id);
  expect(await look(served, id)).toMatchObject({ state: "done", compromised: true });
  expect(await statusFor(served, firstValue)).toBe(401);
});

test("refusals come as what they are, and begin nothing", async () => {
  const served = await serveRotating();
  const { digest } = await preview(served);
  const viewer = { ...served, token: await served.server.token("local:viewer", "other:admin") };
  const id = "rot_0000000000000000";
  const asked = { name: "TOKEN", expected: digest };
  for (const [path, json] of [
    ["", asked],
    [`/${id}/hold`, {}],
    [`/${id}/continue`, {}],
    [`/${id}/back`, {}],
  ] as const) {
    const answer = await post(viewer, path, json);
    expect([answer.status, answer.body.error.code], path).toEqual([403, "PERMISSION_DENIED"]);
  }
  expect((await preview(viewer)).digest).toBe(digest);
  for (const path of [`/${id}`, `/${id}/use`, `/${id}/events`]) {
    expect(await served.server.ask(`${rotations}${path}`, { token: viewer.token })).toMatchObject({ status: 404 });
  }
  expect(await post(served, "", { ...asked, expected: "0".repeat(64) })).toMatchObject({
    status: 409,
    body: { error: { code: "PLAN_CHANGED" } },
  });
  expect(await post(served, "", { ...asked, value: firstValue })).toMatchObject({
    status: 422,
    body: { error: { code: "VALUES_INVALID" } },
  });
  expect((await post(served, "/preview", { name: "NOTHING" })).status).toBe(404);
  const stranger = { ...served, token: await served.server.token("other:admin") };
  expect((await post(stranger, "/preview", { name: "TOKEN" })).status).toBe(403);
  const { body } = await served.server.ask(rotations, { token: served.token });
  expect(body.rotations).toEqual([]);
});

test("one of the command line is shown, and held there alone", async () => {
  const served = await serveRotating();
  let begun: (id: string) => void = () => undefined;
  const started = new Promise<string>((resolve) => (begun = resolve));
  const work = rotate(served.again(), { onRotation: begun });
  const id = await started;
  expect(await look(served, id)).toMatchObject({ state: "open", atWork: true });
  expect((await post(served, `/${id}/hold`)).body.error.code).toBe("ROLLOUT_STATE");
  const { digest } = await preview(served);
  const second = await post(served, "", { name: "TOKEN", expected: digest });
  expect([second.status, second.body.error.code]).toEqual([409, "LEASE_HELD"]);
  expect((await work).result.kind).toBe("rotated");
});

test("a value that is given is judged as it is on the command line, and only as near as the server may ask", async () => {
  const { folder, redis } = await redisPlatform();
  const asked = { name: "REDIS_URL", given: true };
  const served = async (nearby: boolean, known?: string) => {
    const server = await startServer({ nearby }, folder);
    const own = { server, token: known ?? (await server.token("local:operator")) };
    const { digest } = (await post(own, "/preview", asked)).body;
    return { ...own, give: (json: object) => post(own, "", { name: "REDIS_URL", expected: digest, ...json }) };
  };
  const far = await served(false);
  const uri = redis.appUri.replace(firstPassword, "made-by-a-person");
  expect((await far.give({ value: uri, nearby: true })).body.error).toMatchObject({ code: "PERMISSION_DENIED" });
  await far.server.served.close();

  const near = await served(true, far.token);
  // Redis was asked, and does not know the password
  expect((await near.give({ value: uri })).body.error).toMatchObject({ code: "VALUES_INVALID" });
  const other = "sk-proj-planted-0123456789abcdefghij";
  const refusal = async (json: object) => (await near.give({ value: other, ...json })).body.error.message;
  expect(await refusal({})).toContain("OpenAI");
  // the contract alone is in its way
  expect(await refusal({ asIs: true })).toContain("does not fit");
  expect((await near.server.ask(rotations, { token: near.token })).body.rotations).toEqual([]);
  redis.command("ACL", "SETUSER", "app", ">made-by-a-person");
  const begun = await near.give({ value: ` ${uri}` });
  expect(begun.status, begun.text).toBe(202);
  await vi.waitFor(async () => expect((await look(near, begun.body.rotation)).state).toBe("done"), 30_000);
});
