export type { Dialect, DialectName, Entry, ReadResult, Refusal, WriteResult } from "./dialect.ts";
