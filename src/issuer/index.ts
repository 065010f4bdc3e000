export { issuerFor } from "./find.ts";
export type { Intent, Issued, Issuer } from "./issuer.ts";
export { makeLiveKitPair } from "./livekit.ts";
