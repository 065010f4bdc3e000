import type { Variables } from "../environment/effective.ts";
import type { Slot } from "./slot.ts";
import { startTallies, type SecretsReport } from "./tally.ts";

/** What counts presentations of a secret, and may be given other values while it runs. */
export interface CountedSecret {
  readonly name: string;
  /** How often each value was presented, and how often another one was. */
  report(): SecretsReport;
  /**
   * Reads the values anew and changes nothing; what it gives back takes them over, all at once. Throws a `KeyturnError`
   * when they can't be used.
   */
  prepare(variables: Variables): () => void;
  /** Both at once. Counts begin anew when a value changed: they are of the values that were compared with. */
  reload(variables: Variables): void;
}

export interface CountingOptions {
  /** the process environment where it is left out */
  readonly environment?: Variables;
  readonly now?: () => Date;
}

/** Values that are taken over as a whole, and counts that belong to them. */
export interface Counted<Values> extends CountedSecret {
  readonly values: () => Values;
  readonly count: (what: Slot | "refused", from: string | undefined) => void;
}

export function openCounted<Values>(
  name: string,
  { environment = process.env, now = () => new Date() }: CountingOptions,
  kind: {
    readonly read: (name: string, variables: Variables) => Values;
    readonly areSame: (before: Values, after: Values) => boolean;
  },
): Counted<Values> {
  let values = kind.read(name, environment);
  let tallies = startTallies(now);
  const prepare = (variables: Variables) => {
    const next = kind.read(name, variables);
    return () => {
      if (!kind.areSame(values, next)) tallies = startTallies(now);
      values = next;
    };
  };
  return {
    name,
    values: () => values,
    count: (what, from) => tallies.count(what, from),
    report: () => tallies.report(name),
    prepare,
    reload: (variables) => prepare(variables)(),
  };
}
