export { checksOf, drainOf, type ChecksOf, type ControlCheck } from "./check.ts";
export { checkOnce, type CheckResult } from "./control-check.ts";
export { passGate } from "./gate.ts";
export { healthOf, type Health, type HealthInput } from "./health.ts";
