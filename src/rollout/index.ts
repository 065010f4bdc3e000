export type { Failure, RolloutEvent, RolloutOutcome } from "./event.ts";
export { rollOut, type Journal, type RolloutInput } from "./roll-out.ts";
export { wavesOf, type Wave } from "./wave.ts";
