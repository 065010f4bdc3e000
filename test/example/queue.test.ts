import * as fc from "fast-check";
import { expect, test } from "vitest";
import { readReply, writeCommand } from "../../examples/voxbridge/backend/src/redis-protocol.ts";
import { freePort, getJson, postJson, secrets, startBackend, until, type Running, type Values } from "./platform.ts";
import { startRespServer } from "./resp-server.ts";

const key = "voxbridge:calls";

test.each([{ slow: false }, { slow: true }])(
  "calls wait in redis, behind its password, slow: $slow",
  async ({ slow }) => {
    const password = "p@ss/w:rd %25";
    const redis = await startRespServer({ password, slow });
    const values = { ...secrets(), REDIS_URL: `redis://:${encodeURIComponent(password)}@127.0.0.1:${redis.port}/3` };
    const backend = await startBackend(values);
    expect((await queueOf(backend)).kind).toBe("redis");
    expect(redis.commands.slice(0, 3)).toEqual([["AUTH", password], ["SELECT", "3"], ["PING"]]);

    const push = await operator(backend, values);
    for (const durationMs of [11, 22, 33]) expect(await push(durationMs)).toBe(202);
    expect(redis.lists.get(key)).toHaveLength(3);
    expect(await queueOf(backend)).toEqual({ kind: "redis", length: 3 });
    for (const durationMs of [11, 22, 33]) expect(await next(backend, values)).toBe(durationMs);
    expect(await next(backend, values)).toBeUndefined();
  },
);

test("a user name in the URL goes with the password", async () => {
  const redis = await startRespServer({ password: "secret" });
  const url = `redis://voxbridge:secret@127.0.0.1:${redis.port}`;
  const backend = await startBackend({ ...secrets(), REDIS_URL: url });
  expect((await queueOf(backend)).kind).toBe("redis");
  expect(redis.commands[0]).toEqual(["AUTH", "voxbridge", "secret"]);
});

test("a redis that refuses the password is not used, and the log does not hold it", async () => {
  const redis = await startRespServer({ password: "the-right-one" });
  const url = `redis://:the-wrong-one@127.0.0.1:${redis.port}`;
  const backend = await startBackend({ ...secrets(), REDIS_URL: url });
  expect((await queueOf(backend)).kind).toBe("memory");
  expect(backend.output()).toContain("redis cannot be used");
  expect(backend.output()).not.toContain("the-wrong-one");
});

test("calls taken while redis was away move there when it comes", async () => {
  const port = await freePort();
  const values = { ...secrets(), REDIS_URL: `redis://127.0.0.1:${port}` };
  const backend = await startBackend(values);
  const push = await operator(backend, values);
  for (const durationMs of [11, 22]) await push(durationMs);
  expect(await queueOf(backend)).toEqual({ kind: "memory", length: 2 });

  const redis = await startRespServer({ port });
  await until(async () => (await queueOf(backend)).kind === "redis");
  expect(redis.lists.get(key)).toHaveLength(2);
  for (const durationMs of [11, 22]) expect(await next(backend, values)).toBe(durationMs);

  await redis.stop();
  expect(await push(33)).toBe(202);
  expect(await queueOf(backend)).toEqual({ kind: "memory", length: 1 });
  expect(await next(backend, values)).toBe(33);
});

test("a reply is read the same however it was cut", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.nat(), (text, cut) => {
      const whole = Buffer.from(`$${Buffer.byteLength(text)}\r\n${text}\r\n:1\r\n`);
      const bulk = whole.length - ":1\r\n".length;
      const read = readReply(whole);
      expect(read).toEqual({ reply: { kind: "value", value: Buffer.from(text).toString("utf8") }, bytes: bulk });
      expect(readReply(whole.subarray(0, cut % bulk))).toBeUndefined();
    }),
  );
});

test("a command counts bytes, and an answer that is no redis is refused", () => {
  expect(writeCommand(["LPUSH", "ü"]).toString()).toBe("*2\r\n$5\r\nLPUSH\r\n$2\r\nü\r\n");
  expect(readReply(Buffer.from("-WRONGPASS invalid\r\n"))?.reply).toEqual({ kind: "error", code: "WRONGPASS" });
  expect(() => readReply(Buffer.from("HTTP/1.1 400 Bad Request\r\n"))).toThrow("not the redis protocol");
});

async function queueOf(backend: Running): Promise<{ kind: string; length: number }> {
  const { body } = await getJson(`${backend.url}/health`);
  return (body as { queue: { kind: string; length: number } }).queue;
}

/** Logs in; what comes back queues a call and gives the status. */
async function operator(backend: Running, values: Values): Promise<(durationMs: number) => Promise<number>> {
  const login = { email: values["OPERATOR_EMAIL"], password: values["OPERATOR_PASSWORD"] };
  const { body } = await postJson(`${backend.url}/auth/login`, login);
  const headers = { authorization: `Bearer ${(body as { token: string }).token}` };
  return async (durationMs) => (await postJson(`${backend.url}/queue/calls`, { durationMs }, headers)).status;
}

async function next(backend: Running, values: Values): Promise<number | undefined> {
  const headers = { "x-voxcore-secret": values["VOXCORE_SECRET"] ?? "" };
  const { body } = await postJson(`${backend.url}/internal/queue/next`, {}, headers);
  return (body as { call: { durationMs: number } } | undefined)?.call.durationMs;
}
