import { expect, test } from "vitest";
import {
  freePort,
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

test("a worker takes one call at a time, and only from who knows the secret", async () => {
  const { values } = await backendAnd();
  const worker = await startWorker(values);
  const foreign = { ...values, VOXCORE_SECRET: "someone-elses-secret-of-good-length" };
  expect(await attach(worker, foreign, 10)).toMatchObject({ status: 401, body: { code: "secret" } });
  expect((await postJson(`${worker.url}/attach`, { durationMs: 10 })).status).toBe(401);
  expect(await attach(worker, values, 400)).toEqual({ status: 200, body: { attached: true, instance: 7 } });
  expect(await attach(worker, values, 10)).toMatchObject({ status: 503, body: { code: "busy" } });
  // it tells a stranger nothing about that
  expect((await attach(worker, foreign, 10)).status).toBe(401);
  expect(await getJson(`${worker.url}/health/fleet`)).toEqual({
    status: 200,
    body: { status: "ok", instance: 7, busy: true, release: null },
  });
  await until(() => isIdle(worker));
  expect((await attach(worker, values, 10)).status).toBe(200);
});

test("of many calls at once a worker takes exactly one", async () => {
  const { values } = await backendAnd();
  const worker = await startWorker(values);
  const answers = await Promise.all(Array.from({ length: 20 }, () => attach(worker, values, 1000)));
  const count = (wanted: number) => answers.filter(({ status }) => status === wanted).length;
  expect([count(200), count(503)]).toEqual([1, 19]);
});

test("a worker whose secret the backend refuses takes no call and stays free", async () => {
  const { values } = await backendAnd();
  const own = { ...values, VOXCORE_SECRET: "a-secret-that-the-backend-does-not-know" };
  const worker = await startWorker(own);
  expect(await attach(worker, own, 10)).toMatchObject({ status: 502, body: { code: "backend-refused" } });
  expect(await isIdle(worker)).toBe(true);
});

test("a call never lasts longer than the settings allow", async () => {
  const { values } = await backendAnd({ CALL_MAX_SECONDS: "1" });
  const worker = await startWorker(values);
  expect((await attach(worker, values, 3_600_000)).status).toBe(200);
  await until(() => isIdle(worker));
});

test("on SIGTERM a worker finishes its call, refuses new ones and exits 0", async () => {
  const { values } = await backendAnd();
  const worker = await startWorker(values);
  await attach(worker, values, 1200);
  const begun = performance.now();
  const ended = worker.stop();
  await until(async () => {
    const { body } = await getJson(`${worker.url}/health/fleet`);
    return (body as { status: string }).status === "draining";
  });
  expect(await attach(worker, values, 10)).toMatchObject({ status: 503, body: { code: "draining" } });
  expect(await ended).toBe(0);
  expect(performance.now() - begun).toBeGreaterThan(900);
});

test("a drain ends at its limit, and a second SIGTERM does not cut it short", async () => {
  const { values } = await backendAnd({ VOXCORE_DRAIN_SECONDS: "1" });
  const [busy, idle] = await Promise.all([startWorker(values), startWorker(values)]);
  await attach(busy, values, 60_000);
  expect(await idle.stop()).toBe(0);
  expect(await isIdle(busy)).toBe(false);
  const begun = performance.now();
  const ended = busy.stop();
  busy.process.kill("SIGTERM");
  expect(await ended).toBe(0);
  expect(performance.now() - begun).toBeGreaterThan(900);
});

test("the dialler spreads calls over two workers and counts each as a success", async () => {
  const { values } = await backendAnd();
  const workers = await Promise.all([startWorker(values), startWorker(values)]);
  const dialler = await startDialler({
    ...values,
    VOXCORE_WORKERS: workers.map(({ url }) => url).join(","),
    DIALLER_CALLS_PER_SECOND: "10",
    DIALLER_CALL_MS: "20",
  });
  await until(async () => (await stats(dialler)).success >= 5);
  expect(await stats(dialler)).toMatchObject({ refused: 0, broken: 0, busy: 0, workers: 2 });
  expect((await getJson(`${dialler.url}/health`)).body).toMatchObject({ status: "ok", counters: { refused: 0 } });
  expect((await postJson(`${dialler.url}/stats/reset`, {})).body).toMatchObject({ success: 0 });
  expect(await dialler.stop()).toBe(0);
});

test("a call that an operator queues reaches a worker through the dialler", async () => {
  const { values, backend } = await backendAnd();
  const worker = await startWorker(values);
  const dialler = await startDialler({
    ...values,
    VOXCORE_WORKERS: worker.url,
    DIALLER_CALLS_PER_SECOND: "0",
    DIALLER_POLL_MS: "50",
  });
  const login = { email: values["OPERATOR_EMAIL"], password: values["OPERATOR_PASSWORD"] };
  const { body } = await postJson(`${backend.url}/auth/login`, login);
  const operator = { authorization: `Bearer ${(body as { token: string }).token}` };
  expect((await postJson(`${backend.url}/queue/calls`, { durationMs: 10 }, operator)).status).toBe(202);
  await until(async () => (await stats(dialler)).success === 1);
  expect(await stats(dialler)).toMatchObject({ success: 1, refused: 0, broken: 0, busy: 0 });
});

test("the dialler goes on to the next worker when one is gone or busy", async () => {
  const { values } = await backendAnd();
  const [busy, free] = await Promise.all([startWorker(values), startWorker(values)]);
  await attach(busy, values, 60_000);
  const gone = `http://127.0.0.1:${await freePort()}`;
  const dialler = await startDialler({
    ...values,
    VOXCORE_WORKERS: [gone, busy.url, free.url].join(", "),
    DIALLER_CALLS_PER_SECOND: "8",
    DIALLER_CALL_MS: "5",
  });
  await until(async () => (await stats(dialler)).success >= 4);
  expect(await stats(dialler)).toMatchObject({ refused: 0, broken: 0, busy: 0 });
});

test("the dialler tells refused, busy and broken apart", async () => {
  const { values } = await backendAnd();
  const worker = await startWorker(values);
  const often = { ...values, VOXCORE_WORKERS: worker.url, DIALLER_CALLS_PER_SECOND: "20", DIALLER_BUSY_WAIT_MS: "50" };
  await attach(worker, values, 60_000);
  const busy = await startDialler(often);
  const refused = await startDialler({ ...often, VOXCORE_SECRET: "the-secret-of-before-the-rotation-0" });
  const broken = await startDialler({ ...often, VOXCORE_WORKERS: "http://127.0.0.1:9" });
  await until(
    async () => (await stats(busy)).busy > 1 && (await stats(refused)).refused > 1 && (await stats(broken)).broken > 1,
  );
  expect(await stats(busy)).toMatchObject({ success: 0, refused: 0, broken: 0 });
  expect(await stats(refused)).toMatchObject({ success: 0, busy: 0, broken: 0 });
  expect(await stats(broken)).toMatchObject({ success: 0, refused: 0, busy: 0 });
});

async function backendAnd(more: Values = {}): Promise<{ values: Values; backend: Running }> {
  const values = { ...secrets(), ...more };
  const backend = await startBackend(values);
  return { values: { ...values, BACKEND_URL: backend.url }, backend };
}

function attach(worker: Running, values: Values, durationMs: number) {
  return postJson(`${worker.url}/attach`, { durationMs }, { "x-voxcore-secret": values["VOXCORE_SECRET"] ?? "" });
}

async function isIdle(worker: Running): Promise<boolean> {
  const { body } = await getJson(`${worker.url}/health/fleet`);
  return !(body as { busy: boolean }).busy;
}

async function stats(dialler: Running) {
  const { body } = await getJson(`${dialler.url}/stats`);
  return body as { success: number; refused: number; broken: number; busy: number; workers: number };
}
