import { expect, test } from "vitest";
import { Sensitive } from "#kernel";
import { redisPlatform } from "../issuer/redis-platform.ts";
import { rotate } from "../operation/rotating-platform.ts";
import { enterFirst, expectNoSidewaysScroll, withBrowser } from "./browser.ts";

const open = withBrowser();

test("what waits to be ended at the system that makes a value is shown, with what is in the way", async () => {
  const { context, folder, redis } = await redisPlatform();
  const { result } = await rotate(context, {
    name: "REDIS_URL",
    onEvent: (event) => void (event.kind === "rotation-ended" && redis.deny()),
  });
  expect(result).toMatchObject({ kind: "rotated", unrevoked: { state: "revoking-old" } });
  redis.command("ACL", "SETUSER", "app", ">made-and-never-kept");
  const store = await context.openStore();
  await store.transaction(async (tx) => {
    const { issuances, values } = await tx.environment("local");
    const version = (await values.history("REDIS_URL")).at(-1);
    await issuances.intend({
      id: "rot_1cut2short",
      name: "REDIS_URL",
      scope: {},
      from: version?.id ?? 0,
      compromised: false,
      issuer: JSON.stringify({ redis: { user: "app", admin: "REDIS_ADMIN_URL" } }),
      draft: Sensitive.of("made-and-never-kept"),
      actor: context.actor,
    });
  });
  const made = await open({ home: folder });
  const { page } = made;
  await enterFirst(made, "/rotations");
  const waiting = page.getByRole("status");
  const old = waiting.filter({ hasText: "the old value of it is to end where it was made" });
  await old.getByText("In the way: Redis").waitFor();
  await old.getByText("keyturn rotate REDIS_URL --continue").waitFor();
  await waiting
    .filter({ hasText: /a new value of it may have been made|the new value of it is taken back/u })
    .waitFor();
  await expectNoSidewaysScroll(page);
  const row = page.getByRole("row", { name: /REDIS_URL done waits outside 1 of 1 Redis/u });
  await row.getByRole("link", { name: "REDIS_URL" }).click();
  await page.getByText("The new value was made at Redis: a second password of the Redis user app.").waitFor();
  await old.getByText(/It was tried (?:once|\d+ times) in vain/u).waitFor();
  expect(await page.content()).not.toMatch(/made-and-never-kept/u);
});
