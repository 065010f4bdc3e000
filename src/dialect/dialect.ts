import type { Finding, Sensitive } from "#kernel";

export type DialectName =
  | "systemd"
  | "docker"
  | "compose"
  | "node"
  | "dotenv"
  | "vite"
  | "python"
  | "sh"
  | "github"
  | "k8s"
  | "json";

export interface Entry {
  readonly name: string;
  readonly value: Sensitive;
}

/** How one consumer reads an environment file: what we write for it, and a reader of its own grammar. */
export interface Dialect {
  readonly name: DialectName;
  /** Writes all entries in the order given, or refuses all that it can't carry; never a part. */
  write(entries: readonly Entry[]): WriteResult;
  /** Reads bytes as this consumer does. A line that it would drop or refuse is a finding; the rest is read all the same. */
  read(bytes: Uint8Array): ReadResult;
}

export type WriteResult =
  | { readonly kind: "written"; readonly bytes: Sensitive }
  | { readonly kind: "refused"; readonly refusals: readonly Refusal[] };

/** Names only: the reason says what about the value can't be carried, never the value. */
export interface Refusal {
  readonly name: string;
  readonly reason: string;
  /** dialects that could carry this value */
  readonly carriers: readonly DialectName[];
}

export interface ReadResult {
  readonly entries: readonly Entry[];
  readonly findings: readonly Finding[];
}
