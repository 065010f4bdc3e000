import type { JournalStep } from "#store";

/** How far a rollout had come when it was cut short or stopped, as its journal tells. */
export interface Earlier {
  /** every prepare command had ended well: none has to run again */
  readonly prepared: boolean;
  /** targets that something may have been done to */
  readonly begun: ReadonlySet<string>;
  /** of these, the ones whose gate had passed and that were not going back */
  readonly finished: ReadonlySet<string>;
}

export function readJournal(steps: readonly Pick<JournalStep, "target" | "step" | "state">[]): Earlier {
  const begun = new Set<string>();
  const finished = new Set<string>();
  for (const { target, step, state } of steps) {
    if (step === "deliver") begun.add(target);
    if (step === "gate" && state === "done") finished.add(target);
    if (step === "deliver" || step === "return") finished.delete(target);
  }
  return { prepared: begun.size > 0, begun, finished };
}
