/** What was found at one target. Made from what a machine answered; compared there, so it holds no values either. */
export type ObservedTarget =
  | { readonly kind: "observed"; readonly target: string; readonly state: TargetState }
  | {
      readonly kind: "unreachable";
      readonly target: string;
      readonly code: string;
      readonly message: string;
      /** what to do about it */
      readonly hint?: string;
    }
  /** left out by the manifest: it catches up later */
  | { readonly kind: "excluded"; readonly target: string };

export interface TargetState {
  /** the release that the machine was last given */
  readonly record?: { readonly release: string; readonly digest: string };
  /** the one that it keeps from before */
  readonly previous?: { readonly release: string };
  readonly file:
    | { readonly kind: "missing" }
    | {
        readonly kind: "present";
        readonly owner: string;
        readonly group: string;
        readonly mode: string;
        readonly content: "recorded" | "previous" | "edited" | "unrecorded";
        /** milliseconds since the epoch */
        readonly modifiedAt?: number;
        /** another hand wrote it since the release was recorded */
        readonly rewritten?: true;
        /** names in an edited file that the machine's record has not */
        readonly foreign?: readonly string[];
      };
  /** a run that was killed left something on the machine */
  readonly leftover?: true;
  readonly instances: readonly InstanceState[];
}

export interface InstanceState {
  readonly instance: string;
  readonly unit: string;
  readonly state: "active" | "starting" | "stopping" | "inactive" | "failed" | "missing";
  readonly startedAt?: number;
  readonly carries:
    | { readonly kind: "recorded" }
    | { readonly kind: "previous" }
    | { readonly kind: "different"; readonly names: readonly string[] }
    | { readonly kind: "unknown" };
  /** environment files that the unit reads, and which of its own files says so */
  readonly reads?: { readonly files: readonly string[]; readonly saidIn?: string };
  /** other places that set variables of the release too */
  readonly shadows?: readonly Shadow[];
}

export interface Shadow {
  readonly kind: "file" | "unit" | "dotenv";
  /** whose value a process gets at its next start */
  readonly wins: "ours" | "theirs" | "unknown";
  readonly path?: string;
  readonly names: readonly string[];
}
