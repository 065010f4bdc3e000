import type { RolloutEvent } from "#rollout";
import type { RotationPhase } from "#store";

/** Everything that long work tells while it goes on. No values. `docs/events.md` describes each of them. */
export type ProgressEvent = RolloutEvent | LookEvent | PreparationEvent | StopEvent | ConnectionEvent | RotationEvent;

/** Every host of the part is asked at once how it is; each answers when it can. */
export type LookEvent =
  | { readonly kind: "look"; readonly hosts: readonly string[] }
  | { readonly kind: "looked"; readonly host: string; readonly state: "seen" | "unreachable" };

/** The operator asked to stop: what these hosts are at is done, and nothing else is begun. */
interface StopEvent {
  readonly kind: "stopping";
  readonly hosts: readonly string[];
}

/** A server carries the work out, and it is tried to hear of it again. */
interface ConnectionEvent {
  readonly kind: "connection-lost";
  /** its address */
  readonly server: string;
}

/** `hosts prepare`, on all its hosts side by side. */
export type PreparationEvent =
  | { readonly kind: "preparation"; readonly hosts: readonly PlannedPreparation[] }
  | {
      readonly kind: "preparation-step";
      readonly host: string;
      readonly step: string;
      readonly state: "changed" | "unchanged";
    }
  | {
      readonly kind: "preparation-end";
      readonly host: string;
      readonly state: "done" | "failed";
      /** what went wrong */
      readonly detail: string;
    };

export interface PlannedPreparation {
  readonly host: string;
  readonly steps: readonly string[];
}

/** `rotate`, around the events of its rollouts. */
export type RotationEvent =
  | ({ readonly kind: "rotation-step" } & RotationStepEvent)
  | ({ readonly kind: "rotation-back"; readonly reason: string } & RotationStepEvent)
  /** something that proves a step, or does not */
  | {
      readonly kind: "proof";
      readonly target: string;
      readonly instance: string;
      readonly state: "passed" | "failed";
      readonly detail: string;
    }
  /** nobody may present the value before for so long, milliseconds; `seen` says who still does */
  | { readonly kind: "quiet"; readonly ms: number; readonly seen: readonly string[] }
  /**
   * The system that makes or takes the value: what was done there, what is worth knowing, or why a value could not be ended there
   * yet. `where` is empty where it could not be told.
   */
  | {
      readonly kind: "issuer";
      readonly where: string;
      readonly state: "made" | "proved" | "revoked" | "waiting" | "notice";
      readonly detail: string;
    }
  /** the value before, for good */
  | { readonly kind: "rotation-ended"; readonly version: number; readonly state: "retired" | "compromised" };

interface RotationStepEvent {
  readonly number: number;
  readonly of: number;
  readonly phase: RotationPhase;
  readonly services: readonly string[];
}
