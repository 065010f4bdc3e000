import type { Actor } from "#audit";
import type { Scope } from "./scope.ts";

/** What stood there: of a value its name and version, of a credential its format. Nothing of either. */
export type FoundThing =
  | {
      readonly kind: "value";
      readonly name: string;
      readonly scope: Scope;
      readonly version: number;
      readonly encoding: string;
    }
  | {
      readonly kind: "credential";
      readonly format: string;
      /** only where chance made it, as in keyturn.accepted.yaml */
      readonly tag?: string;
    };

export type PlaceKind = "tree" | "git" | "stream" | "host";

export interface FoundPlace {
  readonly kind: PlaceKind;
  /** a repository's address, a machine, a host, a label: means the same to whoever reads it */
  readonly where: string;
  /** in it; empty where it is all one stream */
  readonly path: string;
  /** of the first one; absent in what is no text */
  readonly line?: number;
  /** in its place there */
  readonly byte?: number;
}

/** How it was when somebody looked. */
export interface SeenState {
  readonly place: FoundPlace;
  /** how often it stands there */
  readonly places: number;
  /** the oldest that has it, in a repository's history */
  readonly commit?: string;
  /** false: the history alone has it */
  readonly present: boolean;
  /** who saw it there last: only the same place seen from there again tells that it is gone */
  readonly machine: string;
  readonly root: string;
}

export interface Acceptance {
  readonly reason: string;
  /** the last day, `2027-01-31` */
  readonly until: string;
  readonly by: string;
  /** so many, and not one more */
  readonly places: number;
}

export interface KeptFinding extends SeenState {
  readonly id: number;
  readonly thing: FoundThing;
  readonly firstAt: number;
  readonly lastAt: number;
  /** who found it first */
  readonly actor: string;
  readonly goneAt?: number;
  readonly accepted?: Acceptance;
}

/** What scans found, in one environment. */
export interface Findings {
  /** oldest first */
  list(): Promise<readonly KeptFinding[]>;
  find(id: number): Promise<KeptFinding | undefined>;
  add(seen: SeenState, thing: FoundThing, actor: Actor): Promise<number>;
  /** it is there: again, or still */
  see(id: number, seen: SeenState): Promise<void>;
  leave(ids: readonly number[]): Promise<void>;
  /** without an acceptance an earlier one is taken back */
  accept(id: number, acceptance: Acceptance | undefined): Promise<void>;
  drop(ids: readonly number[]): Promise<void>;
}
