export type { SourceContext, SourceReading, SourceValue } from "./source.ts";
export { readSource } from "./read.ts";
export { combineSources, type CombinedValue, type Combination } from "./combine.ts";
