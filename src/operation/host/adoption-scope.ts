import { versionFor, type Place } from "#binding";
import type { Sensitive } from "#kernel";
import type { Scope } from "#store";

/** One place where a name has a value today. */
export interface Row extends Place {
  readonly value: Sensitive;
  /** what manifest or contract would give there without a stored value */
  readonly text?: Sensitive;
}

export interface ScopedValue {
  readonly scope: Scope;
  readonly value: Sensitive;
}

export interface Spread {
  readonly puts: readonly ScopedValue[];
  /** places whose own stored value is another one: nobody can tell which of the two is meant */
  readonly contradicted: readonly Row[];
}

/**
 * The fewest stored values that give every place what it has today: the most common one for all, others for their
 * service, the rest for their service on their host. A setting on which services differ has no common value.
 */
export function spreadValues(rows: readonly Row[], stored: readonly ScopedValue[], sensitive: boolean): Spread {
  const puts: ScopedValue[] = [];
  const off = (some: readonly Row[]) => some.filter((row) => !isGiven(row, [...stored, ...puts]));
  const shared = sensitive || allEqual(rows) || new Set(rows.map(({ service }) => service)).size === 1;
  if (off(rows).length > 0 && shared && !has(stored, {})) puts.push({ scope: {}, value: mostCommon(rows) });
  for (const [service, own] of Map.groupBy(rows, (row) => row.service)) {
    const others = off(own);
    if (others.length === 0 || has(stored, { service })) continue;
    const value = mostCommon(others);
    // those that are right already would each need a value of their own against it
    const gain = others.filter((row) => row.value.equals(value)).length - (own.length - others.length);
    if (gain > 0) puts.push({ scope: { service }, value });
  }
  const contradicted: Row[] = [];
  for (const row of off(rows)) {
    const scope = { service: row.service, host: row.host };
    if (has(stored, scope)) contradicted.push(row);
    else puts.push({ scope, value: row.value });
  }
  return { puts, contradicted };
}

/** Whether a place gets what it has, by what is stored or else by text. */
export function isGiven(row: Row, stored: readonly ScopedValue[]): boolean {
  const given = versionFor(stored, row)?.winner.value ?? row.text;
  return given !== undefined && given.equals(row.value);
}

function has(stored: readonly ScopedValue[], wanted: Scope): boolean {
  return stored.some(({ scope }) => scope.service === wanted.service && scope.host === wanted.host);
}

function allEqual([first, ...rest]: readonly Row[]): boolean {
  return first === undefined || rest.every(({ value }) => value.equals(first.value));
}

/** Of equally common ones the first. There is at least one row. */
function mostCommon(rows: readonly Row[]): Sensitive {
  const counted = rows.map(({ value }) => ({ value, count: rows.filter((row) => row.value.equals(value)).length }));
  const [best] = counted.toSorted((a, b) => b.count - a.count);
  if (best === undefined) throw new RangeError("no value to choose from");
  return best.value;
}
