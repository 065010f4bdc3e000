import { createColors } from "picocolors";
import { expect, test } from "vitest";
import type { Rotation } from "#store";
import { renderRotation } from "../../src/cli/render/rotation.ts";

const steps = (["accept", "switch", "forget"] as const).map((phase) => ({ phase, services: ["api"] }));

test.each([
  [0, false],
  [1, true],
  [2, true],
  [3, false],
])("says that both values work where they do: at step %i %s", (step, both) => {
  const rotation = { name: "TOKEN", step, steps, compromised: false } as unknown as Rotation;
  const text = renderRotation({ kind: "held", rotation, reason: "stopped by the operator" }, createColors(false));
  expect(text.includes("both values work")).toBe(both);
  expect(text).toContain("keyturn rotate TOKEN --continue");
});
