import type { Variables } from "../environment/effective.ts";
import { openCounted, type CountedSecret, type CountingOptions } from "./counted.ts";
import { matchRemembered, remember, type Remembered } from "./same-secret.ts";
import { readSlots, slots, type Slot } from "./slot.ts";

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
export function accepts(name: string, options: CountingOptions = {}): AcceptedSecret {
  const { values, count, ...secret } = openCounted(name, options, { read: rememberSlots, areSame });
  return {
    ...secret,
    check: (presented, from) => {
      const match = matchRemembered(values(), presented);
      const slot = match.kind === "accepted" ? slots[match.index] : undefined;
      if (presented !== undefined && presented !== "") count(slot ?? "refused", from);
      return slot;
    },
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
