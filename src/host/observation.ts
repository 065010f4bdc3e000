/** What a machine says of one target. A host's word proves accidents, not attacks. */
export interface TargetObservation {
  readonly target: string;
  readonly owner:
    | { readonly kind: "none" }
    | {
        readonly kind: "owned";
        readonly owner: string;
        readonly epoch: number;
        readonly lease: number;
        readonly auditHead: string;
      };
  /** how the machine's compose reads a file: before version 2 as python-dotenv does; absent for other runtimes */
  readonly reader?: "compose" | "python";
  /** the release that the machine was last given, and the one kept from before */
  readonly record?: RecordName;
  readonly previous?: RecordName;
  readonly file: FileObservation;
  /** a run that was killed left something there that `sweep` takes away: staged, half written, or named by no record */
  readonly leftover?: true;
  readonly instances: readonly InstanceObservation[];
}

export interface RecordName {
  readonly release: string;
  readonly digest: string;
}

export type FileObservation =
  | { readonly kind: "missing" }
  | {
      readonly kind: "present";
      readonly owner: string;
      readonly group: string;
      readonly mode: string;
      /** compared with the record on the machine: `unrecorded` where it has none */
      readonly content: "recorded" | "previous" | "edited" | "unrecorded";
      /** milliseconds since the epoch */
      readonly modifiedAt: number;
    };

export interface InstanceObservation {
  readonly instance: string;
  readonly unit: string;
  readonly state: "active" | "starting" | "stopping" | "inactive" | "failed" | "missing";
  readonly pid?: number;
  /** systemd's InvocationID, a container's id, or our own for a local process: new with every start */
  readonly invocation?: string;
  /** milliseconds since the epoch */
  readonly startedAt?: number;
  readonly carries: Carried;
}

/** What the running process has in its environment, compared on the machine. */
export type Carried =
  | { readonly kind: "recorded" }
  | { readonly kind: "previous" }
  | { readonly kind: "different"; readonly names: readonly string[] }
  /** not running, not readable, or nothing recorded to compare with */
  | { readonly kind: "unknown" };
