export { holdersOf, type Holder } from "./holder.ts";
export { stepsOf } from "./steps.ts";
