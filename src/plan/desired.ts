import type { Fingerprint } from "#kernel";

/** What one service on one host should carry: names, versions and fingerprints, never a value. */
export interface DesiredTarget {
  /** `service@host` */
  readonly target: string;
  readonly service: string;
  readonly host: string;
  readonly runtime: "systemd" | "compose" | "docker" | "vite" | "process";
  /** one user's runtime: it changes by itself, and not with all of its host */
  readonly alone?: true;
  /** lower goes first */
  readonly order: number;
  /** keyed digest over names and fingerprints: equal content, equal digest */
  readonly digest: string;
  readonly variables: readonly DesiredVariable[];
  /** absent where the runtime has no environment file with an owner */
  readonly file?: { readonly path: string; readonly owner: string; readonly group: string; readonly mode: string };
  /** named instances; one empty name for a service that has just one, none for a bundle */
  readonly instances: readonly string[];
  /** the longest that one instance may take to stop and come back, milliseconds */
  readonly restartLimit: number;
  /** the longest that one may take to be emptied before that; absent where the manifest has no drain for it */
  readonly drainLimit?: number;
}

export interface DesiredVariable {
  readonly name: string;
  readonly fingerprint: Fingerprint;
  readonly sensitive: boolean;
  /** `store`, `manifest`, `contract` */
  readonly origin: string;
  /** number of the stored version, absent for text from manifest and contract */
  readonly version?: number;
  /** what the service needs to take a new value */
  readonly restart: "none" | "reload" | "restart";
  /** names that a rotation gives beside it and takes away again, in the same way; absent where it has none */
  readonly beside?: readonly string[];
}

/** The release `label` of a target holds a value that is retired or compromised by now. */
export interface BarredValue {
  readonly target: string;
  readonly label: string;
  readonly name: string;
}

/** What a release bound to a target when it was made; tells which variables differ from today's. */
export interface BoundTarget {
  readonly target: string;
  readonly label: string;
  readonly digest: string;
  /** a rollout that brought it, or met it there, ended well */
  readonly proved: boolean;
  readonly variables: readonly Pick<DesiredVariable, "name" | "fingerprint" | "sensitive" | "version">[];
}
