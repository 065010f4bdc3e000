import type { Sensitive } from "#kernel";
import type { Values } from "./provider.ts";

/** Parts of one credential by the id of their field. */
export type Credential = ReadonlyMap<string, Sensitive>;

/** Only for a probe, which sends them where they belong. */
export function openCredential(credential: Credential): Values {
  return Object.fromEntries([...credential].map(([id, value]) => [id, value.reveal().toString("utf8")]));
}
