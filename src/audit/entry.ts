/** Who: the operating-system user (through sudo as well) at a machine, or `system`. */
export interface Actor {
  /** `anna@ops1`, `anna (root by sudo)@ops1` */
  readonly name: string;
}

/** Who did what to what. Names, versions and fingerprints; never a value. */
export interface NewAuditEntry {
  readonly actor: Actor;
  /** verb and past tense kept apart by a dot: `value.set`, `value.reveal`, `release.apply`, `rollout.return`, `grant.give`, `store.backup` */
  readonly action: string;
  readonly environment?: string;
  /** what it was done to: a variable's name, a target, a host, a release */
  readonly subject: string;
  readonly detail: Readonly<Record<string, string | number | boolean | readonly string[]>>;
}

export interface AuditEntry extends NewAuditEntry {
  /** gapless, from 1 */
  readonly seq: number;
  /** milliseconds since the epoch */
  readonly at: number;
  /** RFC 6962 leaf hash over the canonical bytes, hex */
  readonly leaf: string;
}

export interface AuditHead {
  readonly size: number;
  /** RFC 6962 tree hash, hex */
  readonly root: string;
}
