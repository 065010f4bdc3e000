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
      /** another hand wrote it since a release was recorded, whatever it says now */
      readonly rewritten?: true;
      /** names in an edited file that the record has not */
      readonly foreign?: readonly string[];
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
  readonly reads?: FilesRead;
  /** other places that set variables of the record; absent where there are none */
  readonly shadows?: readonly Shadow[];
}

/** Which environment files a unit reads, in order, and which of its own files says so last. */
export interface FilesRead {
  readonly files: readonly string[];
  readonly saidIn?: string;
}

/** A place beside our file that sets variables of the record. */
export interface Shadow {
  /** another environment file, `Environment=` of a unit, a file that the service may read by itself */
  readonly kind: "file" | "unit" | "dotenv";
  /** whose value a process gets at its next start; a service's own reader decides that by itself */
  readonly wins: "ours" | "theirs" | "unknown";
  /** absent where it can't be told */
  readonly path?: string;
  readonly names: readonly string[];
}

/** What the running process has in its environment, compared on the machine. */
export type Carried =
  | { readonly kind: "recorded" }
  | { readonly kind: "previous" }
  | { readonly kind: "different"; readonly names: readonly string[] }
  /** not running, not readable, or nothing recorded to compare with */
  | { readonly kind: "unknown" };
