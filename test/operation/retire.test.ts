import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { planPlatform, retireValue, rollBack, type Context, type Retirement } from "#operation";
import { answerOf, applied, apply, livePlatform, processesOf, runFolder, type Live } from "./live-platform.ts";
import { auditTrail, put } from "./make-context.ts";

type Request = Parameters<typeof retireValue>[1];

const retire = (context: Context, more: Partial<Request> = {}) =>
  retireValue(context, { name: "API_KEY", scope: {}, compromised: false, confirm: async () => true, ...more });

const keptFile = (context: Context) => join(runFolder(context), "api", "previous.env");

/** api-key-one was rolled out, then api-key-two: the file with api-key-one is kept. */
async function twoReleases(): Promise<Live> {
  const live = await livePlatform();
  await applied(live.context);
  await put(live.context, "API_KEY", "api-key-two");
  await applied(live.context);
  expect(existsSync(keptFile(live.context))).toBe(true);
  return live;
}

/** As a host that was away meanwhile finds it: ended in the store, kept there still. */
async function endInStore(context: Context, number: number): Promise<void> {
  const store = await context.openStore();
  await store.transaction(async (tx) => {
    const { values } = await tx.environment(context.environment);
    const version = (await values.history("API_KEY")).find((one) => one.number === number);
    await values.setState(version?.id ?? 0, "retired");
  });
}

test("ends what is before the present version, and the file that a host keeps of it", async () => {
  const { context } = await twoReleases();
  const shown: Retirement[] = [];
  const before = await processesOf(context);
  const result = await retire(context, { confirm: async (retirement) => (shown.push(retirement), true) });
  expect(shown).toMatchObject([{ state: "retired", versions: [{ number: 1 }], kept: ["api@here"], away: [] }]);
  expect(result).toMatchObject({ kind: "retired", targets: [{ target: "api@here", kind: "destroyed" }] });
  expect(existsSync(keptFile(context))).toBe(false);
  expect(await processesOf(context)).toEqual(before);
  expect((await auditTrail(context)).at(-1)).toBe("value.retire API_KEY");
  expect((await planPlatform(context, [])).plan.changes).toEqual([]);
  expect(await retire(context)).toEqual({ kind: "nothing", name: "API_KEY" });
  const back = { part: [], to: 1, confirm: async () => true, onEvent: () => undefined };
  await expect(rollBack(context, back)).rejects.toMatchObject({ code: "VALUES_INVALID" });
});

test("is refused while the store wants it or a target runs with it, with the next step", async () => {
  const { context } = await livePlatform();
  await applied(context);
  await expect(retire(context, { version: 1 })).rejects.toMatchObject({
    code: "VALUE_IN_USE",
    findings: [{ message: "api@here is to have v1 of API_KEY" }, { message: "api@here runs with r1, which holds it" }],
    hint: expect.stringContaining("keyturn set API_KEY") as string,
  });
  await put(context, "API_KEY", "api-key-two");
  await expect(retire(context)).rejects.toMatchObject({
    code: "VALUE_IN_USE",
    hint: expect.stringContaining("keyturn apply api@here") as string,
  });
  expect((await auditTrail(context)).filter((entry) => entry.startsWith("value.retire"))).toEqual([]);
  await expect(retire(context, { version: 9 })).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(retire(context, { scope: { service: "api" } })).rejects.toMatchObject({ code: "NOT_FOUND" });
});

test("ends the same bytes under another number too, and a compromised value is never set again", async () => {
  const { context } = await twoReleases();
  await put(context, "API_KEY", "api-key-one");
  await expect(retire(context, { version: 1 })).rejects.toMatchObject({ code: "VALUE_IN_USE" });
  await put(context, "API_KEY", "key-three");
  await applied(context);
  const result = await retire(context, { version: 1, compromised: true });
  expect(result).toMatchObject({ retirement: { state: "compromised", versions: [{ number: 1 }, { number: 3 }] } });
  await expect(put(context, "API_KEY", "api-key-one")).rejects.toMatchObject({ code: "VALUES_INVALID" });
});

test("what a host that was away keeps is named by the plan and destroyed by the next apply, without a restart", async () => {
  const { context, again } = await twoReleases();
  await endInStore(context, 1);
  const { plan } = await planPlatform(again(), []);
  expect(plan.changes).toMatchObject([
    { target: "api@here", reasons: [{ kind: "previous-retired", found: "r1" }], steps: [{ kind: "forget" }] },
  ]);
  const before = await processesOf(context);
  await applied(again());
  expect(existsSync(keptFile(context))).toBe(false);
  expect(await processesOf(context)).toEqual(before);
  expect((await planPlatform(again(), [])).plan.changes).toEqual([]);
});

test("a rollout that fails does not go back to a retired value, and says why", async () => {
  const { context, again, port } = await livePlatform();
  await applied(context);
  await put(context, "API_KEY", "api-key-two");
  await endInStore(context, 1);
  await put(context, "MODE", "sick");
  const { plan } = await planPlatform(again(), []);
  expect(plan.changes).toMatchObject([{ target: "api@here", noReturn: { release: "r1", names: ["API_KEY"] } }]);
  const result = await apply(again());
  expect(result).toMatchObject({
    outcome: {
      kind: "stranded",
      targets: [
        { target: "api@here", detail: expect.stringMatching(/^r1 does not come back: API_KEY was retired/) as string },
      ],
    },
  });
  expect(existsSync(keptFile(context))).toBe(false);
  expect(await answerOf(port)).toBe("500 api-key-two");
  await put(context, "MODE", "ok");
  await applied(again());
  expect(await answerOf(port)).toBe("200 api-key-two");
});
