import { takesTwo } from "#binding";
import type { RotationStep } from "#store";
import { canLearn, type Holder } from "./holder.ts";

/**
 * The rollouts of a rotation, in order. Within and between them every value that is presented is taken by whoever it is
 * presented to, but in a `swap`. At once: nothing takes two values, not for a moment. None where nothing holds it.
 */
export function stepsOf(holders: readonly Holder[], { atOnce }: { readonly atOnce: boolean }): readonly RotationStep[] {
  if (holders.length === 0) return [];
  if (atOnce) return [{ phase: "swap", services: namesOf(holders) }];
  const tiers = learningTiers(holders);
  const learned = tiers.flat();
  const unlearned = holders.filter((holder) => holder.role !== "presents" && !learned.includes(holder));
  const switching = holders.filter(
    (holder) => holder.role === "presents" || (holder.role === "both" && canLearn(holder)),
  );
  const accept = tiers.map((tier): RotationStep => ({ phase: "accept", services: namesOf(tier) }));
  const change: RotationStep =
    unlearned.length === 0
      ? { phase: "switch", services: namesOf(switching) }
      : {
          phase: "swap",
          services: namesOf(holders.filter((one) => unlearned.includes(one) || switching.includes(one))),
        };
  const forgetting = holders.filter(
    (holder) => learned.includes(holder) || (unlearned.includes(holder) && takesTwo(holder.slots)),
  );
  const steps: readonly RotationStep[] = [...accept, change, { phase: "forget", services: namesOf(forgetting) }];
  return steps.filter(({ services }) => services.length > 0);
}

/**
 * First whoever can learn the new value without presenting it. Then, tier by tier, those that must present it in order to
 * take both: when everyone they present to has learned it.
 */
function learningTiers(holders: readonly Holder[]): readonly (readonly Holder[])[] {
  const tiers: (readonly Holder[])[] = [];
  for (;;) {
    const learned = tiers.flat();
    const isNext = (holder: Holder): boolean =>
      (tiers.length === 0 && canLearn(holder)) ||
      (holder.role === "both" && takesTwo(holder.slots) && isUnderstood(holder, learned));
    const next = holders.filter((holder) => !learned.includes(holder) && isNext(holder));
    if (next.length === 0) return tiers;
    tiers.push(next);
  }
}

function isUnderstood({ service, to, instances }: Holder, learned: readonly Holder[]): boolean {
  const known = new Set(learned.map((one) => one.service));
  // one process understands itself, and several would have to understand each other
  return to.every((receiver) => known.has(receiver) || (receiver === service && instances === 1));
}

function namesOf(holders: readonly Holder[]): readonly string[] {
  return holders.map(({ service }) => service);
}
