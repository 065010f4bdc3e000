import type { EnvironmentStore, Findings, FoundThing, KeptFinding, Transaction } from "#store";
import type { Context } from "../context.ts";
import { acceptedName } from "../scan/accepted.ts";
import type { Looked } from "./looked.ts";
import { seenKey, type Seen } from "./seen.ts";

/** What became of a scan's findings in the store. */
export interface KeptCount {
  /** were not there before, or had left */
  readonly new: number;
  readonly gone: number;
  /** not kept: the store has as many as it takes */
  readonly over: number;
}

/** of one environment: more than this nobody reads, and a page shows */
const mostFindings = 5000;
/** milliseconds that one which is gone is still kept */
const memory = 366 * 24 * 3_600_000;

interface KeepWork {
  readonly tx: Transaction;
  readonly environment: EnvironmentStore;
  readonly seen: readonly Seen[];
  readonly looked: Pick<Looked, "covers">;
  readonly wasLookedFor: (thing: FoundThing) => boolean;
}

/** What was seen is there, what the same look did not see any more is gone. One audit entry, where anything changed. */
export async function keepIn(
  context: Context,
  { tx, environment, seen, looked, wasLookedFor }: KeepWork,
  detail: { readonly of: string },
): Promise<KeptCount> {
  const { findings, row } = environment;
  const known = await withoutOld(findings, context.clock.now(), seen.length);
  const count = { new: 0, gone: 0, over: 0 };
  const there = new Set<number>();
  for (const one of seen) {
    const before = known.get(seenKey(one));
    if (before === undefined && known.size + count.new >= mostFindings) {
      count.over += 1;
      continue;
    }
    const id = before?.id ?? (await findings.add(one, one.thing, context.actor));
    if (before !== undefined) await findings.see(id, one);
    await settleAcceptance(findings, id, { before, seen: one });
    if (before === undefined || before.goneAt !== undefined) count.new += 1;
    there.add(id);
  }
  const gone = [...known.values()].filter(
    (one) => one.goneAt === undefined && !there.has(one.id) && wasLookedFor(one.thing) && looked.covers(one),
  );
  await findings.leave(gone.map(({ id }) => id));
  count.gone = gone.length;
  if (count.new + count.gone > 0) {
    const entry = { environment: row.name, action: "finding.keep", subject: row.name };
    const told = { ...detail, new: count.new, gone: count.gone };
    await tx.audit.append({ actor: context.actor, ...entry, detail: told });
  }
  return count;
}

/** By key, without those that are gone for a year; where there is no room, without any that are gone. */
async function withoutOld(findings: Findings, now: number, coming: number): Promise<ReadonlyMap<string, KeptFinding>> {
  const all = await findings.list();
  const isFull = all.length + coming > mostFindings;
  const old = all.filter(({ goneAt }) => goneAt !== undefined && (isFull || now - goneAt > memory));
  await findings.drop(old.map(({ id }) => id));
  const dropped = new Set(old);
  return new Map(all.filter((one) => !dropped.has(one)).map((one) => [seenKey(one), one]));
}

/** The list's own entries hold as long as they are in it; what a person accepted, until it left the place. */
async function settleAcceptance(
  findings: Findings,
  id: number,
  { before, seen }: { readonly before: KeptFinding | undefined; readonly seen: Seen },
): Promise<void> {
  const isOver = before?.goneAt !== undefined || before?.accepted?.by === acceptedName;
  if (seen.accepted !== undefined) await findings.accept(id, seen.accepted);
  else if (before?.accepted !== undefined && isOver) await findings.accept(id, undefined);
}
