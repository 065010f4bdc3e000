import type { Actor } from "#audit";
import type { Sensitive } from "#kernel";
import type { Scope } from "./scope.ts";

/**
 * `intended`: the outside may or may not have the new value yet, and the store has none. `issued`: the value is kept, and
 * its rotation is open. `revoking-old`, `revoking-new`: one of the two values is to end outside, and may have. `settled`:
 * nothing is left to do.
 */
export type IssuanceState = "intended" | "issued" | "revoking-old" | "revoking-new" | "settled";

/** A value that another system makes or has to know: written down before anything changes there. */
export interface Issuance {
  /** of the rotation as well, once there is one */
  readonly id: string;
  readonly name: string;
  readonly scope: Scope;
  /** id of the version before */
  readonly from: number;
  /** the other name of a pair, and the id of its version before */
  readonly companion?: { readonly name: string; readonly from: number };
  readonly compromised: boolean;
  /** who makes the value, as the manifest said when it was begun */
  readonly issuer: string;
  readonly state: IssuanceState;
  /** how often the revocation was tried in vain */
  readonly attempts: number;
  /** when it is tried again, milliseconds since the epoch; and what was in the way */
  readonly nextAt?: number;
  readonly trouble?: string;
  readonly actor: string;
  readonly startedAt: number;
}

export interface Issuances {
  /** `draft`: what a value may be made of, the same each time it is tried; sealed, and gone when all is settled */
  intend(
    issuance: Pick<Issuance, "id" | "name" | "scope" | "from" | "companion" | "compromised" | "issuer"> & {
      readonly draft: Sensitive;
      readonly actor: Actor;
    },
  ): Promise<void>;
  find(id: string): Promise<Issuance | undefined>;
  /** all that are not settled, oldest first */
  open(): Promise<readonly Issuance[]>;
  /** NOT_FOUND once it is settled */
  openDraft(id: string): Promise<Sensitive>;
  /** what its issuer has to know when it is tried again; no value. NOT_FOUND once it is settled */
  note(id: string, noted: string): Promise<void>;
  /** what was written down last; undefined where nothing was */
  noted(id: string): Promise<string | undefined>;
  move(id: string, state: IssuanceState): Promise<void>;
  /** somebody else may know the value before */
  compromise(id: string): Promise<void>;
  postpone(id: string, trouble: string, nextAt: number): Promise<void>;
}
