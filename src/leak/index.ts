export type { Encoding } from "./encodings.ts";
export { unsearchableNames, type Owner, type Secret } from "./pattern.ts";
export { buildMatcher, type Matcher } from "./matcher.ts";
export { createMask, maskWith, type Mask } from "./stream-mask.ts";
export { lineMask } from "./mask-line.ts";
export { scanBytes, type LeakFinding } from "./report.ts";
