export { holdersOf, type Holder } from "./holder.ts";
export { stepsOf } from "./steps.ts";
export { dueOf } from "./due.ts";
export { signedTokens, type SignedToken } from "./token.ts";
