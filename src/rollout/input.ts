import type { Waves } from "#contract";
import type { Delivery } from "#delivery";
import { AppError } from "#kernel";
import type { Conduct } from "./conduct.ts";
import type { Earlier } from "./earlier.ts";

/** What a rollout brings, and in which waves. */
export interface RolloutInput extends Conduct {
  readonly deliveries: readonly Delivery[];
  readonly waves: Waves;
  /** masks what prepare commands print */
  readonly mask: (line: string) => string;
  /** this rollout was begun before: it goes on behind what is finished, and goes back from all that was begun */
  readonly earlier?: Earlier;
}

export function deliveryOf({ deliveries }: RolloutInput, target: string): Delivery {
  const delivery = deliveries.find(({ plan }) => plan.target === target);
  if (delivery === undefined) throw new AppError("INTERNAL", `no delivery for ${target} in this rollout`);
  return delivery;
}
