import { expect, test, vi } from "vitest";
import { Sensitive } from "#kernel";
import { listUnkept } from "#operation";
import { expectHealthy } from "../issuer/presenting-platform.ts";
import { redisPlatform } from "../issuer/redis-platform.ts";
import { firstPassword } from "../issuer/redis-server.ts";
import { startServer } from "./fixture.ts";

test("a server takes back what was made at Redis by somebody who was cut short", async () => {
  const platform = await redisPlatform();
  const { context, folder, redis } = platform;
  const draft = "made-and-never-kept";
  const store = await context.openStore();
  await store.transaction(async (tx) => {
    const { issuances, values } = await tx.environment("local");
    const [version] = await values.history("REDIS_URL");
    await issuances.intend({
      id: "rot_cut_short",
      name: "REDIS_URL",
      scope: {},
      from: version?.id ?? 0,
      compromised: false,
      issuer: JSON.stringify({ redis: { user: "app", admin: "REDIS_ADMIN_URL" } }),
      draft: Sensitive.of(draft),
      actor: context.actor,
    });
  });
  redis.command("ACL", "SETUSER", "app", `>${draft}`);
  expect([await redis.passwords(), (await listUnkept(context)).length]).toEqual([2, 1]);
  const { troubles } = await startServer({}, folder);
  await vi.waitFor(async () => expect(await listUnkept(context)).toEqual([]), { timeout: 20_000 });
  expect([await redis.passwords(), await redis.takes(firstPassword), troubles]).toEqual([1, true, []]);
  await expectHealthy(platform);
}, 60_000);
