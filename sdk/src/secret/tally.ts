import { isIP } from "node:net";
import { slots, type Slot } from "./slot.ts";

/** How often it came, when last, and from which address. */
export interface Tally {
  readonly count: number;
  /** ISO 8601; absent when the count is 0 */
  readonly last?: string;
  readonly from?: string;
}

export type Counts = Readonly<Record<Slot | "refused", Tally>>;

/** What verifiers tell of the secrets that were presented to them: never a value, nor anything made of one. */
export interface SecretsReport {
  readonly secrets: Readonly<Record<string, Counts>>;
  /** when the counting began, ISO 8601: with the process, or with the last reload that changed a value */
  readonly since: string;
}

export interface Tallies {
  count(what: Slot | "refused", from: string | undefined): void;
  report(name: string): SecretsReport;
}

interface Seen {
  count: number;
  last?: Date;
  from?: string | undefined;
}

export function startTallies(now: () => Date): Tallies {
  const since = now().toISOString();
  const kinds = [...slots, "refused"] as const;
  const seen = new Map<Slot | "refused", Seen>(kinds.map((kind) => [kind, { count: 0 }]));
  return {
    count: (what, from) => {
      seen.set(what, { count: (seen.get(what)?.count ?? 0) + 1, last: now(), from });
    },
    report: (name) => {
      const counts = Object.fromEntries([...seen].map(([kind, one]) => [kind, tell(one)]));
      return { secrets: { [name]: counts as Counts }, since };
    },
  };
}

/** An address and nothing else: what a header says may be anything. */
function tell({ count, last, from }: Seen): Tally {
  const address = from?.replace(/^::ffff:(?=\d+\.)/i, "") ?? "";
  return {
    count,
    ...(last === undefined ? {} : { last: last.toISOString() }),
    ...(isIP(address) === 0 ? {} : { from: address }),
  };
}
