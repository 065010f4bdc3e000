import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test, vi } from "vitest";
import {
  getJson,
  postJson,
  secrets,
  startBackend,
  startDialler,
  startWorker,
  until,
  type Running,
  type Values,
} from "./platform.ts";

// up to six processes, one after the other
vi.setConfig({ testTimeout: 120_000 });

const program = fileURLToPath(new URL("../../examples/voxbridge/dialler/src/load.ts", import.meta.url));
const newSecret = () => randomBytes(24).toString("base64url");

interface Tally {
  readonly count: number;
  readonly from?: string;
}

type Slot = "current" | "previous" | "next" | "refused";

/** How often each value was presented, as the verifier itself reports it. */
async function seen({ url }: Running): Promise<Record<Slot, number>> {
  const { body } = await getJson(`${url}/health/secrets`);
  const { VOXCORE_SECRET: tallies } = (body as { secrets: Record<string, Record<Slot, Tally>> }).secrets;
  return Object.fromEntries(Object.entries(tallies ?? {}).map(([slot, { count }]) => [slot, count])) as Record<
    Slot,
    number
  >;
}

/** The outside generator, with the secret on its stdin. */
function load(secret: string, words: readonly string[]) {
  const child = spawn(process.execPath, [program, ...words], { env: {}, stdio: ["pipe", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  let out = "";
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
  child.stdin.end(`${secret}\n`);
  const ended = once(child, "close").then(() => JSON.parse(out) as Record<string, unknown>);
  return { child, ended };
}

function attach(worker: Running, secret: string) {
  return postJson(`${worker.url}/attach`, { durationMs: 0 }, { "x-voxcore-secret": secret });
}

async function attaches({ url }: Running) {
  const { body } = await getJson(`${url}/health/attaches`);
  return body as Record<"attached" | "retried" | "refused" | "broken" | "busy" | "slowestMs" | "inHand", number>;
}

test("an attach is judged by the worker and by the backend behind it, and each says which value it saw", async () => {
  const [old, next] = [newSecret(), newSecret()];
  const values: Values = { ...secrets(), KEYTURN_RELEASE: "r7" };
  const backend = await startBackend({ ...values, VOXCORE_SECRET: next, VOXCORE_SECRET_PREVIOUS: old });
  // between the phases: the fleet presents the old value, and knows the new one
  const worker = await startWorker({
    ...values,
    BACKEND_URL: backend.url,
    VOXCORE_SECRET: old,
    VOXCORE_SECRET_NEXT: next,
  });
  for (const secret of [old, next, next]) expect((await attach(worker, secret)).status).toBe(200);
  expect((await attach(worker, newSecret())).status).toBe(401);
  expect((await attach(worker, "")).status).toBe(401);
  expect(await seen(worker)).toEqual({ current: 1, previous: 0, next: 2, refused: 1 });
  expect(await seen(backend)).toEqual({ current: 0, previous: 3, next: 0, refused: 0 });
  const { body } = await getJson(`${worker.url}/health/secrets`);
  expect(body).toMatchObject({
    secrets: { VOXCORE_SECRET: { next: { from: "127.0.0.1", last: expect.stringMatching(/Z$/) as string } } },
    since: expect.stringMatching(/Z$/) as string,
    release: "r7",
  });
  for (const secret of [old, next]) {
    expect(JSON.stringify(body)).not.toContain(secret);
    expect(worker.output() + backend.output()).not.toContain(secret);
  }
});

test("a worker that moves on presents the new value, and the old one is refused everywhere once it is forgotten", async () => {
  const [old, next] = [newSecret(), newSecret()];
  const values = secrets();
  const both = { ...values, VOXCORE_SECRET: next, VOXCORE_SECRET_PREVIOUS: old };
  const backend = await startBackend(both);
  const worker = await startWorker({ ...both, BACKEND_URL: backend.url });
  const to = ["--each", "--workers", worker.url, "--backend", backend.url];
  expect(await load(old, to).ended).toEqual({ [worker.url]: "accepted", [backend.url]: "accepted" });
  expect(await seen(backend)).toEqual({ current: 1, previous: 1, next: 0, refused: 0 });
  expect(await seen(worker)).toEqual({ current: 0, previous: 1, next: 0, refused: 0 });

  const alone = { ...values, VOXCORE_SECRET: next };
  const backendAfter = await startBackend(alone);
  const after = await startWorker({ ...alone, BACKEND_URL: backendAfter.url });
  const again = ["--each", "--workers", after.url, "--backend", backendAfter.url];
  expect(await load(old, again).ended).toEqual({ [after.url]: "refused", [backendAfter.url]: "refused" });
  expect(await load(next, again).ended).toEqual({ [after.url]: "accepted", [backendAfter.url]: "accepted" });
  expect(await seen(after)).toEqual({ current: 1, previous: 0, next: 0, refused: 1 });
});

test("a program started by hand that still presents the old value is seen for as long as it runs", async () => {
  const [old, next] = [newSecret(), newSecret()];
  const both = { ...secrets(), VOXCORE_SECRET: next, VOXCORE_SECRET_PREVIOUS: old };
  const backend = await startBackend(both);
  const worker = await startWorker({ ...both, BACKEND_URL: backend.url });
  const byHand = load(old, ["--workers", worker.url, "--calls", "1000000", "--rate", "50"]);
  await until(async () => (await seen(worker)).previous >= 3);
  byHand.child.kill("SIGTERM");
  const { attached, ...rest } = await byHand.ended;
  expect(rest).toMatchObject({ refused: 0, broken: 0, busy: 0 });
  expect((await seen(worker)).previous).toBeGreaterThanOrEqual(Number(attached));
});

test("the dialler attaches as fast as it goes, counts without loss, and tells at its end what it counted", async () => {
  const values = secrets();
  const backend = await startBackend(values);
  const workers = await Promise.all([1, 2].map(() => startWorker({ ...values, BACKEND_URL: backend.url })));
  const dialler = await startDialler({ ...calling(values, workers), DIALLER_CALLS_PER_SECOND: "10000" });
  await until(async () => (await attaches(dialler)).attached > 60);
  const { refused, broken, busy, slowestMs } = await attaches(dialler);
  expect([refused, broken, busy]).toEqual([0, 0, 0]);
  expect(slowestMs).toBeGreaterThan(0);
  const counted = await stopAndCount(dialler);
  expect(counted).toMatchObject({ refused: 0, broken: 0, busy: 0 });
  // each of them went through a worker and the backend: none was lost, none was made up
  expect((await seen(backend)).current).toBe(counted.success);
  const asked = await Promise.all(workers.map(seen));
  expect(asked.reduce((sum, { current }) => sum + current, 0)).toBe(counted.success + counted.retried);
});

test("no attach fails while workers and backend are restarted one after the other", async () => {
  const values: Values = { ...secrets(), VOXCORE_BACKEND_WAIT_MS: "60000", VOXCORE_DRAIN_SECONDS: "20" };
  let backend = await startBackend(values);
  const withBackend = { ...values, BACKEND_URL: backend.url };
  const workers = await Promise.all([1, 2, 3].map(() => startWorker(withBackend)));
  const dialler = await startDialler({
    ...calling(withBackend, workers),
    DIALLER_CALL_MS: "5",
    DIALLER_ATTACH_TIMEOUT_MS: "60000",
    DIALLER_BUSY_WAIT_MS: "60000",
  });
  const more = async () => {
    const { attached } = await attaches(dialler);
    await until(async () => (await attaches(dialler)).attached > attached + 10);
  };
  await more();
  for (const worker of workers) {
    expect(await worker.stop()).toBe(0);
    await startWorker(withBackend, Number(new URL(worker.url).port));
    await more();
  }
  const { port } = new URL(backend.url);
  expect(await backend.stop()).toBe(0);
  backend = await startBackend(values, Number(port));
  await more();
  expect(await stopAndCount(dialler)).toMatchObject({ refused: 0, broken: 0, busy: 0 });
});

test("a dialler that presents another value counts each call as refused, one that the backend refuses too", async () => {
  const values = secrets();
  const backend = await startBackend(values);
  const worker = await startWorker({ ...values, BACKEND_URL: backend.url });
  const other = await startDialler(calling({ ...values, VOXCORE_SECRET: newSecret() }, [worker]));
  await until(async () => (await attaches(other)).refused > 8);
  expect(await attaches(other)).toMatchObject({ attached: 0, broken: 0, busy: 0 });
  await other.stop();

  const apart = { ...values, VOXCORE_SECRET: newSecret() };
  const stranger = await startWorker({ ...apart, BACKEND_URL: backend.url });
  const dialler = await startDialler(calling(apart, [stranger]));
  await until(async () => (await attaches(dialler)).refused > 8);
  expect(await attaches(dialler)).toMatchObject({ attached: 0, broken: 0, busy: 0 });
  await dialler.stop();
  expect((await seen(backend)).refused).toBeGreaterThan(8);
  // of thousands of lost calls a line is written now and then
  expect(dialler.output().split("not attached").length - 1).toBeLessThan((await seen(backend)).refused / 2);
});

/** Made up calls alone. */
function calling(values: Values, workers: readonly Running[]): Values {
  return {
    ...values,
    VOXCORE_WORKERS: workers.map(({ url }) => url).join(","),
    DIALLER_CALLS_PER_SECOND: "40",
    DIALLER_CALL_MS: "0",
    DIALLER_POLL_MS: "60000",
  };
}

async function stopAndCount(dialler: Running): Promise<{ success: number; retried: number }> {
  expect(await dialler.stop()).toBe(0);
  const line = dialler
    .output()
    .split("\n")
    .find((one) => one.includes('"message":"stopped"'));
  return JSON.parse(line ?? "{}") as { success: number; retried: number };
}
