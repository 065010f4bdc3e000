import type { RolloutOutcome } from "#rollout";
import type { Issuance, Rotation } from "#store";
import type { ForgottenTarget } from "../deploy/forget-releases.ts";
import type { CallCount } from "./call-watch.ts";
import type { RotationPlan } from "./planned.ts";

/** With how calls went, where presenters tell it. */
export type RotateResult = RotateEnd & { readonly calls?: CallCount };

export type RotateEnd =
  | { readonly kind: "cancelled"; readonly plan: RotationPlan }
  /** the value before is refused or unused everywhere, and has ended */
  | ({ readonly kind: "rotated" } & EndedRotation)
  /** everything has the value before again, and the new one has ended */
  | {
      readonly kind: "returned";
      readonly rotation: Rotation;
      readonly reason: string;
      /** the new value is not ended yet at the system that made it */
      readonly unrevoked?: Issuance;
    }
  /** it stays open where it is, for a person to go on or back */
  | { readonly kind: "held"; readonly rotation: Rotation; readonly reason: string; readonly outcome?: RolloutOutcome };

export interface EndedRotation {
  readonly rotation: Rotation;
  /** what became of the files that hosts kept of the value before */
  readonly forgotten: readonly ForgottenTarget[];
  /** the value before is not ended yet at the system that made it */
  readonly unrevoked?: Issuance;
}
