import { describe, expect, test, vi } from "vitest";
import { AppError, Sensitive } from "#kernel";
import { issuerFor, type Intent, type Issuer } from "#issuer";
import { means } from "./means.ts";
import { connectedClient } from "./redis-client.ts";
import { firstPassword, openRedis, type RedisForTest } from "./redis-server.ts";

vi.setConfig({ testTimeout: 60_000 });

const draft = "a-password-that-was-made-for-this";

function issuerOf(redis: RedisForTest, user = "app", admin = redis.adminUri): Issuer {
  const entry = { kind: "redis", user, admin: "REDIS_ADMIN_URL" } as const;
  return issuerFor(entry, { ...means, value: async () => Sensitive.of(admin) });
}

function intentOf(redis: RedisForTest, more: Partial<Intent> = {}): Intent {
  const present = Sensitive.of(redis.appUri);
  return { id: "rot_1", name: "REDIS_URL", present, draft: Sensitive.of(draft), compromised: false, ...more };
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof AppError)) return "none";
  for (const value of [draft, firstPassword]) expect(JSON.stringify([error.message, error.hint])).not.toContain(value);
  return error.code;
}

describe("a user of Redis", () => {
  test("has both passwords until one is revoked, each time it is tried again as well", async () => {
    const redis = await openRedis();
    const [issuer, intent] = [issuerOf(redis), intentOf(redis)];
    for (const _ of [1, 2]) {
      const { value, notices } = await issuer.make(intent);
      expect(value.reveal().toString()).toBe(redis.appUri.replace(firstPassword, draft));
      expect(notices).toEqual([]);
    }
    expect([await redis.passwords(), await redis.takes(firstPassword), await redis.takes(draft)]).toEqual([
      2,
      true,
      true,
    ]);
    for (const _ of [1, 2]) await issuer.revoke(intent, "old");
    expect([await redis.passwords(), await redis.takes(firstPassword), await redis.takes(draft)]).toEqual([
      1,
      false,
      true,
    ]);
  });

  test("keeps the one before when the new one is taken back, whether it was made or not", async () => {
    const redis = await openRedis();
    const [issuer, intent] = [issuerOf(redis), intentOf(redis)];
    await issuer.revoke(intent, "new");
    await issuer.make(intent);
    for (const _ of [1, 2]) await issuer.revoke(intent, "new");
    expect([await redis.passwords(), await redis.takes(firstPassword)]).toEqual([1, true]);
  });

  test("has them behind a restart, and no command that was sent shows one", async () => {
    const redis = await openRedis();
    redis.command("CONFIG", "SET", "slowlog-log-slower-than", "0");
    await issuerOf(redis).make(intentOf(redis));
    expect(redis.command("SLOWLOG", "GET", "100")).not.toContain(draft);
    await redis.stop();
    await redis.start();
    expect([await redis.takes(firstPassword), await redis.takes(draft)]).toEqual([true, true]);
    expect(await redis.kept()).not.toContain(draft);
  });

  test("is thrown out with the old password where that is compromised", async () => {
    const redis = await openRedis();
    const [issuer, intent] = [issuerOf(redis), intentOf(redis, { compromised: true })];
    const thief = await connectedClient(redis.port, firstPassword);
    await issuer.make(intent);
    expect(thief.failed()).toEqual([]);
    await issuer.revoke(intent, "old");
    await vi.waitFor(() => expect(thief.failed()).toEqual(["closed"]));
    expect(await redis.takes(draft)).toBe(true);
  });

  test("that is missing, off, without a password or another one than the value's is refused, and stays as it is", async () => {
    const redis = await openRedis();
    redis.command("ACL", "SETUSER", "asleep", "off", ">password");
    redis.command("ACL", "SETUSER", "open", "on", "nopass");
    const before = redis.command("ACL", "LIST");
    for (const user of ["nobody", "asleep", "open"]) {
      const present = Sensitive.of(redis.appUri.replace("//app:", `//${user}:`));
      expect(await codeOf(issuerOf(redis, user).make(intentOf(redis, { present })))).toBe("ISSUER_REFUSED");
    }
    expect(await codeOf(issuerOf(redis, "admin").make(intentOf(redis)))).toBe("ISSUER_REFUSED");
    expect(redis.command("ACL", "LIST")).toBe(before);
  });

  test("needs an administrator who is let in and may do it", async () => {
    const redis = await openRedis();
    const wrong = redis.adminUri.replace(/:[^:@]+@/, ":wrong@");
    expect(await codeOf(issuerOf(redis, "app", wrong).make(intentOf(redis)))).toBe("ISSUER_REFUSED");
    expect(await codeOf(issuerOf(redis, "app", redis.appUri).make(intentOf(redis)))).toBe("ISSUER_REFUSED");
    expect(await codeOf(issuerOf(redis, "app", "http://127.0.0.1").make(intentOf(redis)))).toBe("ISSUER_REFUSED");
    expect(await redis.passwords()).toBe(1);
  });

  test("needs no more of the administrator than docs/rotation.md says", async () => {
    const redis = await openRedis();
    redis.command("ACL", "SETUSER", "few", "on", ">few", "+acl", "+config|rewrite", "+client|kill");
    const few = `redis://few:few@127.0.0.1:${redis.port}`;
    const [issuer, intent] = [issuerOf(redis, "app", few), intentOf(redis, { compromised: true })];
    expect((await issuer.make(intent)).notices).toEqual([]);
    await issuer.revoke(intent, "old");
    expect([await redis.takes(firstPassword), await redis.takes(draft)]).toEqual([false, true]);
  });

  test("can't be changed while Redis is away, and that can be tried again", async () => {
    const redis = await openRedis();
    const [issuer, intent] = [issuerOf(redis), intentOf(redis)];
    await redis.stop();
    expect(await codeOf(issuer.make(intent))).toBe("ISSUER_UNREACHABLE");
    expect(await codeOf(issuer.revoke(intent, "new"))).toBe("ISSUER_UNREACHABLE");
  });

  test("whose password is the whole value has another one for it", async () => {
    const redis = await openRedis();
    const { value } = await issuerOf(redis).make(intentOf(redis, { present: Sensitive.of(firstPassword) }));
    expect(value.reveal().toString()).toBe(draft);
    await issuerOf(redis).revoke(intentOf(redis, { present: Sensitive.of(firstPassword) }), "old");
    expect(await redis.takes(firstPassword)).toBe(false);
  });

  test("of a server that keeps its users nowhere is told of", async () => {
    const redis = await openRedis();
    redis.command("ACL", "SETUSER", "admin", "-acl|save");
    const { notices } = await issuerOf(redis).make(intentOf(redis));
    expect(notices).toEqual([expect.stringContaining("a restart forgets the new password")]);
  });
});
