import type { Variables } from "../environment/effective.ts";
import { matchRemembered, remember, type Remembered } from "./same-secret.ts";
import { readSlots, slots, type Slot } from "./slot.ts";
import { startTallies, type SecretsReport } from "./tally.ts";

/** What counts presentations of a secret, and may be given other values while it runs. */
export interface CountedSecret {
  readonly name: string;
  /** How often each value was presented, and how often another one was. */
  report(): SecretsReport;
  /**
   * Reads the values anew and changes nothing; what it gives back takes them over, all at once. Throws a `KeyturnError`
   * when NAME has no value.
   */
  prepare(variables: Variables): () => void;
  /** Both at once. Counts begin anew when a value changed: they are of the values that were compared with. */
  reload(variables: Variables): void;
}

export interface AcceptedSecret extends CountedSecret {
  /**
   * Which of the values was presented; undefined when none was. All of them are compared with, and the time taken tells
   * nothing about any. It is counted, with the caller's address; a caller who presents nothing is not.
   */
  check(presented: string | undefined, from?: string): Slot | undefined;
}

/**
 * A secret that callers present, under its name in the environment. Beside NAME, the values of NAME_PREVIOUS and NAME_NEXT are
 * accepted while they are set: `@accepts=` in the contract promises that. Throws a `KeyturnError` (`key-missing`) when
 * NAME has no value.
 */
export function accepts(
  name: string,
  options: { readonly environment?: Variables; readonly now?: () => Date } = {},
): AcceptedSecret {
  const { environment = process.env, now = () => new Date() } = options;
  let values = rememberSlots(name, environment);
  let tallies = startTallies(now);
  const prepare = (variables: Variables) => {
    const next = rememberSlots(name, variables);
    return () => {
      if (!areSame(values, next)) tallies = startTallies(now);
      values = next;
    };
  };
  return {
    name,
    check: (presented, from) => {
      const match = matchRemembered(values, presented);
      const slot = match.kind === "accepted" ? slots[match.index] : undefined;
      if (presented !== undefined && presented !== "") tallies.count(slot ?? "refused", from);
      return slot;
    },
    report: () => tallies.report(name),
    prepare,
    reload: (variables) => prepare(variables)(),
  };
}

/** In the order of `slots`: a value that is in two of them is the current one first. */
function rememberSlots(name: string, variables: Variables): readonly Remembered[] {
  const read = readSlots(name, variables);
  return slots.map((slot) => remember(read[slot]));
}

function areSame(before: readonly Remembered[], after: readonly Remembered[]): boolean {
  return before.every(({ digest }, index) => after[index]?.digest.equals(digest) === true);
}
