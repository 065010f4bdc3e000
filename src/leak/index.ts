export type { Encoding } from "./encodings.ts";
export { unsearchableNames, type Owner, type Secret } from "./pattern.ts";
export { buildMatcher, buildNeedles, matcherOf, type Matcher, type Needles } from "./matcher.ts";
export { createMask, maskWith, type Mask, type MaskOptions } from "./stream-mask.ts";
export { lineMask } from "./mask-line.ts";
export type { CredentialFinding } from "./credential-scan.ts";
export { isCredential, scanBytes, scanStream, searchBytes, type Found, type LeakFinding, type Scan } from "./report.ts";
export type { Around, Credential, CredentialFormat } from "./credential.ts";
