export type { Failure, PlannedShare, RolloutEvent, RolloutOutcome } from "./event.ts";
export { uncertain, type Brought } from "./change-host.ts";
export type { Conduct, Journal } from "./conduct.ts";
export { halfwayFirst, readJournal, type Earlier } from "./earlier.ts";
export { returnHosts } from "./return-hosts.ts";
export type { RolloutInput } from "./input.ts";
export { rollOut } from "./roll-out.ts";
export { cutWaves, wavesOf, type Wave } from "./wave.ts";
