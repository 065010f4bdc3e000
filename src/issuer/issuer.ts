import type { Sensitive } from "#kernel";

/** One change of a credential outside. Whatever is tried again with the same intent comes to the same. */
export interface Intent {
  readonly id: string;
  /** name of the secret */
  readonly name: string;
  /** the value before, as the store has it */
  readonly present: Sensitive;
  /** random, printable and without signs; the new password, where the other side lets us choose */
  readonly draft: Sensitive;
  /** the new value, where it is known by now */
  readonly made?: Sensitive;
  /** the other name of a pair, with the same of its own: the key of a secret */
  readonly companion?: { readonly name: string; readonly present: Sensitive; readonly made?: Sensitive };
  /** what an earlier try wrote down */
  readonly noted?: string;
  /** somebody else may know the value before */
  readonly compromised: boolean;
}

export interface Issued {
  readonly value: Sensitive;
  /** of a pair, the other name's */
  readonly companion?: Sensitive;
  /** what is worth knowing about it; no value */
  readonly notices: readonly string[];
}

/**
 * Makes the new value of a secret at the system that it is for, and ends one there. ISSUER_UNREACHABLE where it can't be
 * said whether anything changed; ISSUER_REFUSED where nothing did, and a person has to look. No text holds a value.
 */
export interface Issuer {
  /** what `make` does, before it does: `a second password of the Redis user app` */
  readonly does: string;
  /** where, in a few words: `Redis` */
  readonly where: string;
  /** until the old value is revoked, both are taken; otherwise the new one takes its place at once */
  readonly overlap: boolean;
  /** Proved with the new value before it returns. May be repeated. */
  make(intent: Intent): Promise<Issued>;
  /** What is not there is revoked. May be repeated. Without overlap, the new value gives its place back to the old one. */
  revoke(intent: Intent, which: "old" | "new"): Promise<void>;
}
