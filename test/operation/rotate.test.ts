import { describe, expect, test } from "vitest";
import { planPlatform, planRotation } from "#operation";
import { auditTrail, put } from "./make-context.ts";
import { callsOf, firstValue, given, rotate, rotatingPlatform, statusFor } from "./rotating-platform.ts";

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
    const { result, events } = await rotate(context, { value: given("the-value-that-came-next") });
    expect(result).toMatchObject({ kind: "rotated", rotation: { state: "done", step: 3 } });
    expect(await statusFor(platform, firstValue)).toBe(401);
    expect(await statusFor(platform, "the-value-that-came-next")).toBe(200);
    const calls = await callsOf(platform);
    expect(calls.attached).toBeGreaterThan(0);
    expect(calls.refused).toBe(0);
    expect((await planPlatform(context, [])).plan.changes).toEqual([]);
    expect(events.flatMap((event) => (event.kind === "rotation-step" ? [event.phase] : []))).toEqual([
      "accept",
      "switch",
      "forget",
    ]);
    const trail = await auditTrail(context);
    expect(trail.filter((entry) => /rotat|retire/.test(entry))).toEqual([
      "value.rotate TOKEN",
      "rotation.begin TOKEN",
      "value.retire TOKEN",
      "rotation.done TOKEN",
    ]);
    await expect(put(context, "TOKEN", firstValue)).resolves.toBeDefined();
  });
});
