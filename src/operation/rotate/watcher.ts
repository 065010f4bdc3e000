import type { Watcher } from "../deploy/carry-out.ts";
import type { RotationEvent } from "../event.ts";

/** Who hears of a rotation while it goes on. */
export interface RotationWatcher extends Omit<Watcher, "onEvent"> {
  readonly onEvent: (event: RotationEvent | Parameters<Watcher["onEvent"]>[0]) => void;
  /** the rotation is in the store from now on, or is gone on with, under this id */
  readonly onRotation?: (rotation: string) => void;
  /** how long adoption is waited for, behind each step, milliseconds */
  readonly patience: number;
}
