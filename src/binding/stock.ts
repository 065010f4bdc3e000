import type { Fingerprint, Sensitive } from "#kernel";
import type { Grant, Version } from "#store";
import type { OpenRotation } from "./stance.ts";

/** What the store holds at this moment, opened. */
export interface Stock {
  /** present versions by name, over all scopes */
  readonly versions: ReadonlyMap<string, readonly Version[]>;
  /** by version id; a version that is missing here could not be opened */
  readonly opened: ReadonlyMap<number, Sensitive>;
  readonly grants: readonly Grant[];
  /** by the secret's name; absent where none is open */
  readonly rotations?: ReadonlyMap<string, OpenRotation>;
  readonly fingerprint: (name: string, value: Sensitive) => Fingerprint;
}
