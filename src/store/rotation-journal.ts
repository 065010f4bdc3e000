import type { Actor } from "#audit";
import type { Scope } from "./scope.ts";

/**
 * `accept`: verifiers take both values; `switch`: presenters present the new one; `swap`: what can't take two changes
 * together with whoever presents to it; `forget`: verifiers take the new one alone.
 */
export type RotationPhase = "accept" | "switch" | "swap" | "forget";

/** One rollout of a rotation. */
export interface RotationStep {
  readonly phase: RotationPhase;
  /** the manifest's names */
  readonly services: readonly string[];
}

/** A name and ids of its versions before and behind. */
export interface RotatedName {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** A value on its way to another in everything that holds it. While it is open, no service gets a value of it but as it says. */
export interface Rotation {
  readonly id: string;
  readonly name: string;
  readonly scope: Scope;
  /** ids of versions */
  readonly from: number;
  readonly to: number;
  /** the other name of a pair, which changes in the same steps */
  readonly companion?: RotatedName;
  readonly state: "open" | "done" | "returned";
  /** somebody else may know the value before */
  readonly compromised: boolean;
  readonly steps: readonly RotationStep[];
  /** how many of the steps services have, or are getting; 0 before the first */
  readonly step: number;
  /** the rollout that brings the last of them; absent before it, and on the way back */
  readonly rollout?: string;
  readonly actor: string;
  readonly startedAt: number;
  readonly endedAt?: number;
}

/** Every name that a rotation changes: one, or both of a pair. */
export function rotatedNames({ name, from, to, companion }: Rotation): readonly RotatedName[] {
  return [{ name, from, to }, ...(companion === undefined ? [] : [companion])];
}

/** Whether it changes this name. */
export function rotates(rotation: Pick<Rotation, "name" | "companion">, wanted: string): boolean {
  return rotation.name === wanted || rotation.companion?.name === wanted;
}

/** What was done and what was found, in order. No value. */
export interface RotationEntry {
  readonly seq: number;
  readonly at: number;
  readonly step: number;
  /** `rolled-out`, `proved`, `refused`, `retired` … */
  readonly kind: string;
  /** target or instance; empty for the whole step */
  readonly subject: string;
  readonly detail: string;
}

export interface Rotations {
  /** ROTATION_OPEN when one of any of its names is open in that scope */
  begin(
    rotation: Pick<Rotation, "id" | "name" | "scope" | "from" | "to" | "companion" | "compromised" | "steps"> & {
      readonly actor: Actor;
    },
  ): Promise<void>;
  find(id: string): Promise<Rotation | undefined>;
  open(): Promise<readonly Rotation[]>;
  /** newest first */
  latest(limit: number): Promise<readonly Rotation[]>;
  /** to a step, and the rollout that brings it where it has begun */
  move(id: string, step: number, rollout?: string): Promise<void>;
  /** from here on no overlap: with the steps that are reached, and those that are left */
  compromise(id: string, steps: readonly RotationStep[], step: number): Promise<void>;
  end(id: string, state: Exclude<Rotation["state"], "open">): Promise<void>;
  append(id: string, entry: Omit<RotationEntry, "seq" | "at">): Promise<void>;
  entries(id: string): Promise<readonly RotationEntry[]>;
}

/** The next step of whoever finds it open. */
export function openHint(name: string): string {
  return `\`keyturn rotate ${name} --continue\` goes on with it, \`keyturn rotate ${name} --back\` takes it back`;
}
