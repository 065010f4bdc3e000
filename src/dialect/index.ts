export type { Dialect, DialectName, Entry, ReadResult, Refusal, WriteResult } from "./dialect.ts";
export { carriersOf, dialect, dialectNames, dialects, secretDialect } from "./registry.ts";
