import type { Caller, Context } from "#operation";

/** Makes what an operation works with, for one caller and one request; `close` ends what was opened for it. */
export type Visit = (caller: Caller, environment?: string) => { readonly context: Context; close(): Promise<void> };
