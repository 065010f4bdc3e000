import { describe, expect, test, vi } from "vitest";
import {
  continueRotation,
  listRotations,
  listUnkept,
  planPlatform,
  planRotation,
  returnRotation,
  revokeWaiting,
  type ContinueRequest,
} from "#operation";
import { connectedClient } from "../issuer/redis-client.ts";
import { expectHealthy } from "../issuer/presenting-platform.ts";
import { redisPlatform, type RedisPlatform } from "../issuer/redis-platform.ts";
import { firstPassword } from "../issuer/redis-server.ts";
import { auditTrail } from "./make-context.ts";
import { given, rotate as rotateToken, type Rotated } from "./rotating-platform.ts";

// processes are started and asked many times over
vi.setConfig({ testTimeout: 180_000 });

const name = "REDIS_URL";
const on: ContinueRequest = { name, patience: 3000, confirm: async () => true, onEvent: () => undefined };
const quietly = { onEvent: () => undefined };

const rotate = (context: RedisPlatform["context"], more: Parameters<typeof rotateToken>[1] = {}): Promise<Rotated> =>
  rotateToken(context, { name, ...more });

/** Redis takes one password of the user, and the service has it. */
async function expectOne(platform: RedisPlatform): Promise<void> {
  expect(await platform.redis.passwords()).toBe(1);
  await expectHealthy(platform);
  expect((await planPlatform(platform.again(), [])).plan.changes).toEqual([]);
  expect(await listUnkept(platform.again())).toEqual([]);
}

describe("a value that Redis has to know", () => {
  test("is made there, brought in one step without a failed command, and the old one is revoked", async () => {
    const platform = await redisPlatform();
    const { context, redis } = platform;
    const client = await connectedClient(redis.port, firstPassword);
    const plan = await planRotation(context, { name, scope: {}, compromised: false });
    expect(plan.steps.map(({ phase, services }) => [phase, services])).toEqual([["switch", ["worker"]]]);
    expect([plan.issuer?.does, plan.warnings]).toEqual(["a second password of the Redis user app", []]);
    const { result, events } = await rotate(context);
    expect(result).toMatchObject({ kind: "rotated", rotation: { state: "done" } });
    expect(events.flatMap((event) => (event.kind === "issuer" ? [`${event.state}: ${event.detail}`] : []))).toEqual([
      "made: a second password of the Redis user app",
      "revoked: the old value",
    ]);
    await expectOne(platform);
    expect(await redis.takes(firstPassword)).toBe(false);
    expect(platform.failures()).toEqual([]);
    expect([client.failed(), client.answered() > 10]).toEqual([[], true]);
    expect((await auditTrail(context)).filter((entry) => /issuer|rotat|retire/.test(entry))).toEqual([
      `issuer.intend ${name}`,
      `value.rotate ${name}`,
      `rotation.begin ${name}`,
      `value.retire ${name}`,
      `rotation.done ${name}`,
      `issuer.revoke ${name}`,
    ]);
    expect((await rotate(platform.again())).result.kind).toBe("rotated");
    await expectOne(platform);
  });

  test("is taken back there where it can't be kept, and nothing was rotated", async () => {
    // what Redis takes is longer than what the contract does
    const platform = await redisPlatform({ type: "@type=string(maxLength=70)" });
    await expect(rotate(platform.context)).rejects.toMatchObject({ code: "VALUES_INVALID" });
    await expectOne(platform);
    expect(await platform.redis.takes(firstPassword)).toBe(true);
    expect(await listRotations(platform.context)).toEqual([]);
  });

  test("goes back with a rotation that is taken back", async () => {
    const platform = await redisPlatform();
    const stop = new AbortController();
    const { result } = await rotate(platform.context, {
      signal: stop.signal,
      onEvent: (event) => void (event.kind === "rotation-step" && stop.abort()),
    });
    expect([result.kind, await platform.redis.passwords()]).toEqual(["held", 2]);
    expect(await returnRotation(platform.again(), on)).toMatchObject({ kind: "returned" });
    await expectOne(platform);
    expect(await platform.redis.takes(firstPassword)).toBe(true);
    expect(platform.failures()).toEqual([]);
  });

  test("is revoked later where Redis is away at the end, is listed until then, and holds the next one up", async () => {
    const platform = await redisPlatform();
    const { redis } = platform;
    // the end of the rotation itself
    const { result } = await rotate(platform.context, {
      onEvent: (event) => void (event.kind === "rotation-ended" && redis.deny()),
    });
    expect(result).toMatchObject({ kind: "rotated", unrevoked: { state: "revoking-old", attempts: 1 } });
    expect(await redis.passwords()).toBe(2);
    const [listed] = await listRotations(platform.again());
    expect(listed?.issuance).toMatchObject({
      state: "revoking-old",
      trouble: expect.stringContaining("Redis") as string,
    });
    await expect(rotate(platform.again())).rejects.toMatchObject({ code: "ROTATION_REFUSED" });
    expect(await continueRotation(platform.again(), on)).toMatchObject({
      kind: "unrevoked",
      issuance: { attempts: 3 },
    });
    // not before its time
    expect(await revokeWaiting(platform.again(), quietly)).toEqual([]);
    redis.allow();
    expect(await revokeWaiting(platform.again(), quietly)).toEqual([]);
    expect(await continueRotation(platform.again(), on)).toMatchObject({ kind: "revoked" });
    await expectOne(platform);
    expect((await listRotations(platform.again()))[0]?.entries.at(-1)).toMatchObject({ kind: "revoked" });
  });

  test("is refused before anything changes where the store lacks the administrator", async () => {
    const platform = await redisPlatform({ admin: false });
    await expect(rotate(platform.context)).rejects.toMatchObject({ code: "ISSUER_REFUSED" });
    await expectOne(platform);
  });

  test("that a person gives is asked of nobody", async () => {
    const platform = await redisPlatform();
    const { redis } = platform;
    redis.command("ACL", "SETUSER", "app", ">made-by-a-person");
    const uri = redis.appUri.replace(firstPassword, "made-by-a-person");
    expect((await rotate(platform.context, { value: given(uri) })).result.kind).toBe("rotated");
    expect(await redis.passwords()).toBe(2);
    await expectHealthy(platform);
  });
});
