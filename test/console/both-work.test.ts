import { expect, test } from "vitest";
import { bothWork } from "../../console/src/rotation/both-work.ts";

const steps = (["accept", "switch", "forget"] as const).map((phase) => ({ phase }));

test.each([
  [0, false],
  [1, true],
  [2, true],
  [3, false],
])("a rotation that waits at step %i is said to have both values at work: %s", (step, both) => {
  expect(bothWork({ step, steps, compromised: false })).toBe(both);
  expect(bothWork({ step, steps, compromised: true })).toBe(false);
});
