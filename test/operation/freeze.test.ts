import { expect, test } from "vitest";
import { activeFreeze } from "../../src/operation/deploy/freeze.ts";

/** Local time; 2026-11-20 is a Friday. */
const at = (day: number, hour: number, minute = 0) => new Date(2026, 10, day, hour, minute);

const nights = [{ days: [5], from: 18 * 60, until: 8 * 60, reason: "weekend" }];
const noon = [{ days: [5], from: 12 * 60, until: 13 * 60, reason: "lunch" }];

test("a window holds from its first minute until the one before its end", () => {
  expect(activeFreeze(noon, at(20, 11, 59))).toBeUndefined();
  expect(activeFreeze(noon, at(20, 12))?.reason).toBe("lunch");
  expect(activeFreeze(noon, at(20, 12, 59))?.reason).toBe("lunch");
  expect(activeFreeze(noon, at(20, 13))).toBeUndefined();
  expect(activeFreeze(noon, at(21, 12))).toBeUndefined();
});

test("one that ends before it begins runs into the next day, and not into the day it is of", () => {
  expect(activeFreeze(nights, at(20, 7))).toBeUndefined();
  expect(activeFreeze(nights, at(20, 18))?.reason).toBe("weekend");
  expect(activeFreeze(nights, at(21, 7, 59))?.reason).toBe("weekend");
  expect(activeFreeze(nights, at(21, 8))).toBeUndefined();
  expect(activeFreeze(nights, at(21, 18))).toBeUndefined();
});
