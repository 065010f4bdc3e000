export { issuerFor } from "./find.ts";
export type { Intent, Issuer } from "./issuer.ts";
