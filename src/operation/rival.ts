import { formatHead, parseHead } from "#audit";
import type { Platform } from "#contract";
import { fencedBy, type Controller } from "#host";
import { inEnvironment, type Context } from "./context.ts";
import { ownEpoch } from "./owner.ts";

/** Whose a target is that is not ours: another store's, that of a newer run of this store, or of another copy of it. */
export type Rivalry = "foreign" | "newer" | "copied";

export interface Rival<T extends Controller> {
  readonly mark: T;
  readonly rivalry: Rivalry;
}

/** A lease that no machine has seen yet: only owner, epoch and audit log count. */
const anyLease = Number.MAX_SAFE_INTEGER;

/**
 * Of what machines keep about whoever changed their targets last, that which is not this store's. A mark is ours when its
 * owner is this store, its epoch and lease are no newer than ours, and our audit log once had the head in it. A mark of an
 * epoch before ours is of the store that ours was restored from, and ours goes before it whatever that one did since. A
 * mark without a head says nothing about the log.
 */
export async function rivalsAmong<T extends Controller>(
  context: Context,
  platform: Platform,
  { marks, lease = anyLease }: { readonly marks: readonly T[]; readonly lease?: number | undefined },
): Promise<readonly Rival<T>[]> {
  const ours = { ...(await ownEpoch(context, platform)), lease, auditHead: "" };
  const strange = await strangeHeads(
    context,
    marks.filter(({ owner, epoch }) => owner === ours.owner && epoch === ours.epoch),
  );
  const rivalryOf = (mark: Controller): Rivalry | undefined => {
    if (mark.owner !== ours.owner) return "foreign";
    if (fencedBy(mark, ours)) return "newer";
    return mark.epoch === ours.epoch && strange.has(mark.auditHead) ? "copied" : undefined;
  };
  return marks.flatMap((mark) => {
    const rivalry = rivalryOf(mark);
    return rivalry === undefined ? [] : [{ mark, rivalry }];
  });
}

/** Two copies of a store count the same leases, which no machine can tell apart; but their logs go two ways. */
async function strangeHeads(context: Context, marks: readonly Controller[]): Promise<ReadonlySet<string>> {
  const kept = new Set(marks.map(({ auditHead }) => auditHead));
  const heads = [...kept].flatMap((text) => parseHead(text) ?? []);
  if (heads.length === 0) return new Set();
  const strange = await inEnvironment(context, (_, { audit }) => audit.foreign(heads));
  return new Set(strange.map(formatHead));
}
