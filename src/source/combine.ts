import type { Finding } from "#kernel";
import type { SourceReading, SourceValue } from "./source.ts";

export interface CombinedValue extends SourceValue {
  /** the winner's source */
  readonly label: string;
  /** labels of the sources that hold the name as well and were passed over, in their order */
  readonly shadowed: readonly string[];
}

export interface Combination {
  /** one per name, in the order in which names first appear */
  readonly values: readonly CombinedValue[];
  readonly findings: readonly Finding[];
}

/** For each name the first source in the list that has it wins. */
export function combineSources(readings: readonly SourceReading[]): Combination {
  const values = new Map<string, CombinedValue>();
  for (const { label, values: offered } of readings) {
    for (const value of offered) {
      const winner = values.get(value.name);
      const next = winner ? { ...winner, shadowed: [...winner.shadowed, label] } : { ...value, label, shadowed: [] };
      values.set(value.name, next);
    }
  }
  return { values: [...values.values()], findings: readings.flatMap((reading) => reading.findings) };
}
