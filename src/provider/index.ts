export { catalogue, findProvider, slotOf } from "./catalogue/catalogue.ts";
export { deadlinesOf } from "./deadline.ts";
export { createEgress, type Egress } from "./egress/egress.ts";
export { systemWorld } from "./egress/world.ts";
export { providerTables } from "./page.ts";
export { readPasted } from "./paste.ts";
export { probe } from "./probe.ts";
export type { Field, Provider } from "./provider.ts";
export { adviceFor, type Verdict } from "./state.ts";
