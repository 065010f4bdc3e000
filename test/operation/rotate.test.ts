import { describe, expect, test, vi } from "vitest";
import {
  applyPlatform,
  continueRotation,
  listRotations,
  planPlatform,
  planRotation,
  platformStatus,
  returnRotation,
  rollBack,
  type ContinueRequest,
} from "#operation";
import { auditTrail, put } from "./make-context.ts";
import { callsOf, firstValue, given, rotate, rotatingPlatform, statusFor, type Rotating } from "./rotating-platform.ts";

// processes are started and asked many times over
vi.setConfig({ testTimeout: 180_000 });

const nextValue = "the-value-that-came-next";
const value = given(nextValue);

const on: Omit<ContinueRequest, "onEvent"> = { name: "TOKEN", patience: 3000, confirm: async () => true };
const quietly = { onEvent: () => undefined };

/** The old value opens, the new one does not. */
async function expectOld(platform: Rotating): Promise<void> {
  expect(await statusFor(platform, firstValue)).toBe(200);
  expect(await statusFor(platform, nextValue)).toBe(401);
  expect((await planPlatform(platform.again(), [])).plan.changes).toEqual([]);
}

async function expectNew(platform: Rotating): Promise<void> {
  expect(await statusFor(platform, firstValue)).toBe(401);
  expect(await statusFor(platform, nextValue)).toBe(200);
  expect((await planPlatform(platform.again(), [])).plan.changes).toEqual([]);
}

describe("a rotation", () => {
  test("brings the new value without a refused call, and ends the old one for good", async () => {
    const platform = await rotatingPlatform();
    const { context } = platform;
    const plan = await planRotation(context, { name: "TOKEN", scope: {}, compromised: false });
    expect(plan.steps.map(({ phase, services, restarts }) => [phase, services, restarts])).toEqual([
      ["accept", ["api"], 1],
      ["switch", ["caller"], 1],
      ["forget", ["api"], 1],
    ]);
    expect(plan.warnings).toEqual([]);
    const { result, events } = await rotate(context, { value });
    expect(result).toMatchObject({ kind: "rotated", rotation: { state: "done", step: 3 }, calls: { refused: 0 } });
    expect(result.calls?.attached).toBeGreaterThan(0);
    await expectNew(platform);
    expect((await callsOf(platform)).refused).toBe(0);
    expect(events.flatMap((event) => (event.kind === "proof" ? [`${event.state}: ${event.detail}`] : []))).toEqual([
      "passed: takes the new value",
      "passed: takes the old value",
      "passed: takes the new value",
      "passed: takes the old value",
      "passed: takes the new value",
      "passed: refuses the old value",
    ]);
    const [listed] = await listRotations(context);
    expect(
      listed?.entries.filter(({ kind }) => ["proved", "quiet", "retired"].includes(kind)).map(({ kind }) => kind),
    ).toEqual(["proved", "quiet", "proved", "proved", "retired"]);
    expect((await auditTrail(context)).filter((entry) => /rotat|retire/.test(entry))).toEqual([
      "value.rotate TOKEN",
      "rotation.begin TOKEN",
      "value.retire TOKEN",
      "rotation.done TOKEN",
    ]);
  });

  test("makes its value by the contract's rule, and changes nothing without a yes", async () => {
    const platform = await rotatingPlatform();
    const before = await auditTrail(platform.context);
    expect((await rotate(platform.context, { confirm: async () => false })).result.kind).toBe("cancelled");
    expect(await auditTrail(platform.context)).toEqual(before);
    expect((await rotate(platform.context)).result.kind).toBe("rotated");
    expect(await statusFor(platform, firstValue)).toBe(401);
  });

  test("goes back by itself where a verifier does not take what it says it takes", async () => {
    const platform = await rotatingPlatform({ forgetful: "previous" });
    const { result } = await rotate(platform.context, { value });
    // the api forgets what it takes beside its own: the old value, which the caller still presents
    expect(result).toMatchObject({
      kind: "returned",
      reason: expect.stringContaining("refuses the old value") as string,
    });
    await expectOld(platform);
    expect((await listRotations(platform.context))[0]).toMatchObject({ state: "returned" });
  });

  test("waits while somebody that nobody named presents the old value, and tells where", async () => {
    const platform = await rotatingPlatform();
    const stranger = setInterval(() => void statusFor(platform, firstValue).catch(() => undefined), 50);
    try {
      const { result } = await rotate(platform.context, { value, patience: 1500 });
      expect(result).toMatchObject({
        kind: "held",
        rotation: { step: 2 },
        reason: expect.stringMatching(/still presented: 127\.0\.0\.1 at api@here/) as string,
      });
      expect(await statusFor(platform, firstValue)).toBe(200);
    } finally {
      clearInterval(stranger);
    }
    expect(await continueRotation(platform.again(), { ...on, ...quietly })).toMatchObject({ kind: "rotated" });
    await expectNew(platform);
  });

  test("can be taken back from each step before the old value ends", async () => {
    const platform = await rotatingPlatform();
    for (const last of [1, 2, 3]) {
      const stop = new AbortController();
      const context = platform.again();
      let step = 0;
      const { result } = await rotate(context, {
        value: given(`${nextValue}-${last}`),
        signal: stop.signal,
        onEvent: (event) => {
          if (event.kind === "rotation-step") step = event.number;
          if (event.kind === "end" && step === last) stop.abort();
        },
      });
      expect(result).toMatchObject({ kind: "held", rotation: { step: last } });
      expect(await returnRotation(platform.again(), { ...on, ...quietly })).toMatchObject({ kind: "returned" });
      expect(await statusFor(platform, firstValue)).toBe(200);
      expect(await statusFor(platform, `${nextValue}-${last}`)).toBe(401);
      expect((await planPlatform(platform.again(), [])).plan.changes).toEqual([]);
    }
    expect((await callsOf(platform)).refused).toBe(0);
    await expect(returnRotation(platform.again(), { ...on, ...quietly })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("swaps what takes one value alone, says so before, and leaves nothing beside it", async () => {
    const platform = await rotatingPlatform({ accepts: [] });
    const { context } = platform;
    const plan = await planRotation(context, { name: "TOKEN", scope: {}, compromised: false });
    expect(plan.steps.map(({ phase, services }) => [phase, services])).toEqual([["swap", ["api", "caller"]]]);
    expect(plan.warnings).toMatchObject([{ code: "window" }]);
    expect((await rotate(context, { value })).result.kind).toBe("rotated");
    await expectNew(platform);
    const [listed] = await listRotations(context);
    expect(listed?.entries.filter(({ kind }) => kind === "window")).toMatchObject([
      {
        subject: "caller",
        detail: expect.stringMatching(/^\d+\.\d s in which calls to api may have failed$/) as string,
      },
    ]);
  });

  test("gives a compromised value no overlap, and never takes it again", async () => {
    const platform = await rotatingPlatform();
    const plan = await planRotation(platform.context, { name: "TOKEN", scope: {}, compromised: true });
    expect(plan.steps.map(({ phase }) => phase)).toEqual(["swap"]);
    expect((await rotate(platform.context, { value, compromised: true })).result.kind).toBe("rotated");
    await expectNew(platform);
    await expect(put(platform.context, "TOKEN", firstValue)).rejects.toMatchObject({ code: "VALUES_INVALID" });
  });
});

/** Whoever looks at the platform sees it, and how it goes on. */
async function expectTold(platform: Rotating): Promise<void> {
  const step = (await listRotations(platform.again()))[0]?.step;
  const told = {
    severity: "warning",
    code: "rotation-open",
    message: `TOKEN is being rotated, and is at step ${step} of 3`,
    hint: "`keyturn rotate TOKEN --continue` goes on with it, `keyturn rotate TOKEN --back` takes it back",
  };
  expect((await planPlatform(platform.again(), [])).findings).toContainEqual(told);
  expect((await platformStatus(platform.again(), [])).findings).toContainEqual(told);
}

describe("while a rotation is open", () => {
  test("it becomes an emergency from each step, after a question, and keeps its trail", async () => {
    const platform = await rotatingPlatform();
    for (const last of [0, 1, 2, 3]) {
      const before = last === 0 ? firstValue : `${nextValue}-${last - 1}`;
      const stop = new AbortController();
      let step = 0;
      await rotate(platform.again(), {
        value: given(`${nextValue}-${last}`),
        signal: stop.signal,
        onEvent: (event) => {
          if (event.kind === "rotation-step") step = event.number;
          if (step === last || event.kind === "end") if (step >= last) stop.abort();
        },
      });
      const question = { name: "TOKEN", scope: {}, compromised: true };
      const { steps, open, from } = await planRotation(platform.again(), question);
      expect(steps.map(({ phase, services }) => [phase, services])).toEqual([["swap", ["api", "caller"]]]);
      expect([open?.of, from.number]).toEqual([3, last + 1]);
      const refused = await rotate(platform.again(), { compromised: true, confirm: async () => false });
      expect(refused.result.kind).toBe("cancelled");
      expect((await listRotations(platform.again()))[0]).toMatchObject({ state: "open", compromised: false });
      await expectTold(platform);
      await expect(rotate(platform.again(), { compromised: true, value })).rejects.toMatchObject({
        code: "ROTATION_OPEN",
      });

      const { result } = await rotate(platform.again(), { compromised: true });
      expect(result).toMatchObject({ kind: "rotated", rotation: { state: "done", compromised: true } });
      expect(await statusFor(platform, before)).toBe(401);
      expect(await statusFor(platform, `${nextValue}-${last}`)).toBe(200);
      await expect(put(platform.again(), "TOKEN", before)).rejects.toMatchObject({ code: "VALUES_INVALID" });
      expect((await planPlatform(platform.again(), [])).plan.changes).toEqual([]);
      expect((await planPlatform(platform.again(), [])).findings).toEqual([]);
      const [listed] = await listRotations(platform.again());
      expect(listed?.steps.at(-1)?.phase).toBe("swap");
      expect(listed?.entries.map(({ kind }) => kind)).toContain("compromised");
    }
    expect((await auditTrail(platform.context)).filter((entry) => entry === "rotation.compromise TOKEN")).toHaveLength(
      4,
    );
  });

  test("nothing else changes the secret, and a plain apply keeps everyone at the step", async () => {
    const platform = await rotatingPlatform();
    const stop = new AbortController();
    await rotate(platform.context, {
      value,
      signal: stop.signal,
      onEvent: (event) => {
        if (event.kind === "rotation-step") stop.abort();
      },
    });
    const context = platform.again();
    await expect(rotate(context)).rejects.toMatchObject({ code: "ROTATION_OPEN" });
    await expect(put(context, "TOKEN", "a-third-value-meanwhile")).rejects.toMatchObject({ code: "ROTATION_OPEN" });
    const back = { part: [], to: 1, confirm: async () => true, ...quietly };
    await expect(rollBack(context, back)).rejects.toMatchObject({ code: "ROTATION_OPEN" });
    await applyPlatform(context, { part: [], confirm: async () => true, ...quietly });
    expect(await statusFor(platform, firstValue)).toBe(200);
    expect(await continueRotation(platform.again(), { ...on, ...quietly })).toMatchObject({ kind: "rotated" });
    await expectNew(platform);
    expect((await callsOf(platform)).refused).toBe(0);
  });
});

test("is refused while something else is pending, with the next step", async () => {
  const platform = await rotatingPlatform();
  const { context } = platform;
  await put(context, "TOKEN", "set-by-hand-and-not-applied");
  await expect(rotate(context)).rejects.toMatchObject({
    code: "ROTATION_REFUSED",
    findings: [
      { message: expect.stringContaining("api@here") as string },
      { message: expect.stringContaining("caller@here") as string },
    ],
  });
  await expect(rotate(context, { name: "NOBODY_HAS" })).rejects.toMatchObject({ code: "NOT_FOUND" });
});

test("a service's own value is rotated alone, and the others keep theirs", async () => {
  const platform = await rotatingPlatform({ accepts: [] });
  const { context } = platform;
  await put(context, "TOKEN", "of-the-caller-alone", { service: "caller" });
  await applyPlatform(context, { part: [], confirm: async () => true, ...quietly });
  const plan = await planRotation(context, { name: "TOKEN", scope: { service: "caller" }, compromised: false });
  expect(plan.steps.map(({ phase, services }) => [phase, services])).toEqual([["switch", ["caller"]]]);
  const { result } = await rotate(context, { scope: { service: "caller" }, value });
  expect(result).toMatchObject({ kind: "rotated", rotation: { scope: { service: "caller" } } });
  // the api was not touched, and has the value for everyone
  expect(await statusFor(platform, firstValue)).toBe(200);
  expect(await statusFor(platform, nextValue)).toBe(401);
  const everyone = await planRotation(context, { name: "TOKEN", scope: {}, compromised: false });
  expect(everyone.steps.map(({ services }) => services)).toEqual([["api"]]);
  await expect(
    planRotation(context, { name: "TOKEN", scope: { service: "api" }, compromised: false }),
  ).rejects.toMatchObject({
    code: "NOT_FOUND",
  });
  expect((await planPlatform(platform.again(), [])).plan.changes).toEqual([]);
});
