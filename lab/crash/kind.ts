import type { Dice } from "./dice.ts";
import type { Scene } from "./scene.ts";

/** One way to break what is at work, tried again and again. */
export interface Kind {
  readonly name: string;
  /** for the table: what is hit, and when */
  readonly what: string;
  /** when nobody asks for more, as in CI */
  readonly rounds: number;
  /** where a whole campaign depends on what there is to hit: how many there are, once each */
  count?(scene: Scene): Promise<number>;
  round(scene: Scene, dice: Dice): Promise<Round>;
  /** brings back what its rounds changed on hosts, whatever happened */
  mend?(scene: Scene): Promise<void>;
}

export interface Round {
  /** what was hit, when: enough to do it again */
  readonly hit: string;
  /** what was there between the crash and the next run */
  readonly left: "stayed old" | "went new" | "went back" | "between" | "whole" | "unknown";
  /** what the next run did */
  readonly next: "applied" | "resumed" | "returned" | "again" | "nothing";
  readonly faults: readonly string[];
}
