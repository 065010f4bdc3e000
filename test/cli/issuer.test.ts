import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, inject, test } from "vitest";
import { expectHealthy, give } from "../issuer/presenting-platform.ts";
import { redisPlatform, type RedisPlatform } from "../issuer/redis-platform.ts";
import { firstPassword } from "../issuer/redis-server.ts";
import { watchedWay } from "../issuer/watched-way.ts";
import { keyturnAt } from "./keyturn.ts";

const bin = inject("command");

/** Killed as soon as `moment` comes, as a machine that loses power kills it. */
async function killedAt(folder: string, moment: Promise<void>): Promise<void> {
  const child = spawn(process.execPath, [bin, "rotate", "REDIS_URL", "--yes"], {
    cwd: folder,
    env: { PATH: process.env["PATH"] ?? "" },
    stdio: "ignore",
  });
  const ended = once(child, "exit");
  await Promise.race([moment, ended.then(() => Promise.reject(new Error("it ended before")))]);
  child.kill("SIGKILL");
  await ended;
}

/** Redis has one password of the user, that of the service. */
async function expectOne(platform: RedisPlatform): Promise<void> {
  const { redis, folder } = platform;
  expect(await redis.passwords()).toBe(1);
  await expectHealthy(platform);
  expect(platform.failures()).toEqual([]);
  expect(JSON.parse((await keyturnAt(folder)("rotations --json")).out)).toSatisfy(
    (listed: readonly { readonly state: string; readonly issuance?: unknown }[]) =>
      listed.every(({ state, issuance }) => ["done", "returned"].includes(state) && issuance === undefined),
  );
  expect((await keyturnAt(folder)("plan")).code).toBe(0);
}

const moments = [
  { at: "the intent, before Redis heard of it", words: "SETUSER\r\n$3\r\napp\r\n$65\r\n#", when: "asked", back: true },
  {
    at: "the new password, before it is kept",
    words: "SETUSER\r\n$3\r\napp\r\n$65\r\n#",
    when: "answered",
    back: true,
  },
  {
    at: "the rotation, before the old password ends",
    words: "SETUSER\r\n$3\r\napp\r\n$65\r\n!",
    when: "asked",
    back: false,
  },
  { at: "the end of the old password", words: "SETUSER\r\n$3\r\napp\r\n$65\r\n!", when: "answered", back: false },
] as const;

describe("a rotation that is killed behind", () => {
  test.each(
    moments.flatMap(({ back, ...moment }) =>
      (back ? ["--continue", "--back"] : ["--continue"]).map((way) => ({ ...moment, way })),
    ),
  )(
    "$at ends well with $way",
    async ({ words, when, way }) => {
      const platform = await redisPlatform();
      const { context, folder, redis } = platform;
      const door = await watchedWay(redis.port);
      await give(context, "REDIS_ADMIN_URL", redis.adminUri.replace(`:${redis.port}`, `:${door.port}`));
      await killedAt(folder, door.hold(words, when));
      const keyturn = keyturnAt(folder);
      const { code, out } = await keyturn(`rotate REDIS_URL ${way} --yes`);
      expect([code, out]).toEqual([0, expect.stringMatching(/is rotated everywhere|nothing left to revoke/)]);
      await expectOne(platform);
      expect(await redis.takes(firstPassword)).toBe(way === "--back");
    },
    40_000,
  );
});

test("plan, rotate and rotations tell what is done at Redis, and no value", async () => {
  const platform = await redisPlatform();
  const { folder, redis } = platform;
  const keyturn = keyturnAt(folder);
  const plan = await keyturn("plan --rotate REDIS_URL");
  expect(plan.out.replaceAll(/[0-9a-f]{12,16}/g, "FINGERPRINT").replaceAll(/about \d+ s/g, "about N s"))
    .toMatchInlineSnapshot(`
    "REDIS_URL  v1 FINGERPRINT → a new version
      worker  presents it  1 instance
      made first: a second password of the Redis user app
      1.  worker present the new value                                                          1 restart, about N s
      2.  the old value ends: retired, and destroyed where hosts keep it, and revoked at Redis  no way back from here
    about N s in all, each step proved before the next
    "
  `);
  redis.deny();
  const refused = await keyturn("rotate REDIS_URL --yes");
  expect(refused.err).toContain("error: Redis refuses ACL SETUSER (NOPERM)");
  expect((await keyturn("rotations")).out).toBe("nothing was rotated yet\n");
  redis.allow();
  const done = await keyturn("rotate REDIS_URL --yes");
  expect([done.code, done.out]).toEqual([0, "done: REDIS_URL is rotated everywhere, the old value is retired\n"]);
  const trail = await keyturn("rotations REDIS_URL");
  expect(trail.out).toMatch(/issued +Redis +a second password of the Redis user app/);
  expect(trail.out).toMatch(/revoked +Redis +the old value/);
  for (const { out, err } of [plan, refused, done, trail]) expect(out + err).not.toContain(firstPassword);
  await expectOne(platform);
}, 40_000);
