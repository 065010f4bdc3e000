import type { Sensitive } from "#kernel";
import type { TargetAddress } from "./address.ts";

/** What a machine is to look for: values that it was given. */
export interface HostSearch {
  /** beside each other for one target; a value of a target that is no file or site of the machine is not held by it */
  readonly values: readonly SearchedValue[];
  /** milliseconds that the machine may take; an hour at most */
  readonly limit: number;
  readonly signal?: AbortSignal;
}

export interface SearchedValue {
  readonly target: TargetAddress;
  readonly name: string;
  /** of a file variable the release, `r7`: the machine has its content in a file of its own */
  readonly value: Sensitive | { readonly release: string };
}

/** Where values stand on a machine; nothing of what stands there. */
export interface HostSearched {
  /** which of the values the machine holds, by their index; the others it did not look for. Of equal ones places are told for the first */
  readonly held: readonly number[];
  readonly places: readonly HostPlace[];
  /** what it has gone through to the end: files, containers, entries of the journal */
  readonly looked: Readonly<Partial<Record<HostPart, number>>>;
  readonly left: readonly HostLeft[];
  /** the time was over before all was looked at */
  readonly cut: boolean;
  /** there is more than it tells */
  readonly more: boolean;
}

export type HostPart = "files" | "containers" | "journal";

/** How a value was written there. */
export type HostEncoding = "literal" | "line" | "base64" | "base64url" | "hex" | "url" | "json" | "shell" | "html";

export interface HostPlace {
  /** index in the search */
  readonly value: number;
  readonly encoding: HostEncoding;
  /** lines or entries in which it stands so */
  readonly count: number;
  readonly where: HostWhere;
}

export type HostWhere =
  /** line counts from 1 and is the first one; of a packed file that of its content */
  | { readonly kind: "file"; readonly path: string; readonly line: number }
  /** of a rotated log `log` is what its name has more than the present one's: `.1`, `.2.gz` */
  | { readonly kind: "container"; readonly container: string; readonly log?: string; readonly line: number }
  /** milliseconds of the oldest and the newest entry; no unit where the journal knows none */
  | {
      readonly kind: "journal";
      readonly field: string;
      readonly unit?: string;
      readonly from: number;
      readonly until: number;
    };

/** What the machine did not look into. */
export interface HostLeft {
  readonly reason: "packed" | "large" | "unreadable" | "odd name";
  readonly path?: string;
}

/** Of a machine that holds none of the values, or of a way to one that knows no search. */
export const nothingHeld: HostSearched = { held: [], places: [], looked: {}, left: [], cut: false, more: false };
