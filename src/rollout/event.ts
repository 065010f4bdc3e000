/**
 * What a rollout tells while it works; the terminal, CI logs and `--json` make of it what they want. No values.
 * `docs/events.md` describes each of them.
 */
export type RolloutEvent =
  /** everything that is going to be done, before anything is */
  | { readonly kind: "begin"; readonly waves: readonly PlannedWave[]; readonly soak: number }
  /** a bundle is built on this machine */
  | { readonly kind: "build"; readonly host: string; readonly target: string; readonly command: string }
  | { readonly kind: "prepare"; readonly host: string; readonly target: string; readonly command: string }
  /** an earlier rollout was cut short; it counts as failed now */
  | { readonly kind: "abandoned"; readonly rollout: string; readonly actor: string; readonly startedAt: number }
  /** the lease of a command whose process is gone was taken over at once */
  | { readonly kind: "taken-over"; readonly holder: string; readonly doing: string; readonly since: number }
  | { readonly kind: "output"; readonly host: string; readonly target: string; readonly line: string }
  | {
      readonly kind: "wave";
      readonly order: number;
      readonly number: number;
      readonly of: number;
      readonly hosts: readonly string[];
    }
  | {
      readonly kind: "step";
      readonly host: string;
      readonly target: string;
      readonly step: string;
      readonly state: "started" | "done" | "unchanged" | "failed";
      readonly detail: string;
    }
  | {
      readonly kind: "gate";
      readonly host: string;
      readonly target: string;
      readonly state: "passed" | "failed";
      readonly detail: string;
    }
  /** one host's share of a wave has ended, its gate included */
  | { readonly kind: "host"; readonly host: string; readonly state: "done" | "stopped" | "failed"; readonly ms: number }
  | { readonly kind: "soak"; readonly ms: number }
  | { readonly kind: "return"; readonly hosts: readonly string[]; readonly reason: string }
  | { readonly kind: "end"; readonly outcome: RolloutOutcome["kind"] };

export interface PlannedWave {
  /** as its `wave` event will have it; those that an earlier run has finished are left out */
  readonly number: number;
  readonly hosts: readonly PlannedShare[];
}

export interface PlannedShare {
  /** or the target, of what runs for users: it goes by itself */
  readonly host: string;
  /** as its `step` events will name them, in the order in which they are asked for */
  readonly steps: readonly { readonly target: string; readonly step: string }[];
  /** what the plan says about its restarts, milliseconds */
  readonly atMost: number;
}

export type RolloutOutcome =
  | { readonly kind: "done" }
  /** stopped before anything had changed anywhere */
  | { readonly kind: "untouched"; readonly failure: Failure }
  /** something failed, and every host that had changed is back */
  | {
      readonly kind: "returned";
      readonly failure: Failure;
      readonly hosts: readonly string[];
      /** back and running with their former values; a health check of the release that failed does not pass there */
      readonly unhealthy: readonly { readonly target: string; readonly detail: string }[];
    }
  /** the operator stopped it: what has changed stays as it is, the rest was not begun, and the rollout is still open */
  | { readonly kind: "stopped"; readonly failure: Failure }
  /** something failed, and these targets are not as they were */
  | {
      readonly kind: "stranded";
      readonly failure: Failure;
      readonly targets: readonly { readonly target: string; readonly detail: string }[];
    };

export interface Failure {
  readonly host: string;
  readonly target: string;
  /** `prepare`, `stage`, `swap`, `restart a`, `verify a`, `gate`, `reach`, `fence`, `stop`, `lease`, `store`, `journal`, `internal` */
  readonly step: string;
  readonly detail: string;
}
