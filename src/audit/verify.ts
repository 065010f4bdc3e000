import { entryLeaf } from "./canonical.ts";
import type { AuditEntry, AuditHead } from "./entry.ts";
import { appendLeaf, emptyFrontier, headOf } from "./tree.ts";

/** `seq` is the first entry that can't be trusted: before it, everything matches. */
export type LogVerdict =
  | { readonly kind: "sound"; readonly head: AuditHead }
  | { readonly kind: "broken"; readonly seq: number; readonly reason: string };

/**
 * Recomputes the whole log from its entries, oldest first, and compares with `head` and with heads that others kept
 * (hosts, checkpoints). Needs nothing but its arguments. Newest rows that were dropped show only against such a head.
 */
export async function verifyLog(
  entries: Iterable<AuditEntry> | AsyncIterable<AuditEntry>,
  head: AuditHead,
  witnessed: readonly AuditHead[] = [],
): Promise<LogVerdict> {
  const heads = [head, ...witnessed].toSorted((a, b) => a.size - b.size);
  let frontier = emptyFrontier;
  // everything up to here matched a head
  let proved = 0;
  const check = (): LogVerdict | undefined => {
    for (let next = heads[0]; next?.size === frontier.size; next = heads[0]) {
      if (next.root !== headOf(frontier).root) return differs(proved, frontier.size);
      proved = frontier.size;
      heads.shift();
    }
    return undefined;
  };
  const first = check();
  if (first !== undefined) return first;
  for await (const entry of entries) {
    const seq = frontier.size + 1;
    if (entry.seq !== seq) return { kind: "broken", seq, reason: `entry ${seq} is missing` };
    if (entry.leaf !== entryLeaf(entry)) return { kind: "broken", seq, reason: `entry ${seq} was changed` };
    frontier = appendLeaf(frontier, entry.leaf);
    const wrong = check();
    if (wrong !== undefined) return wrong;
  }
  return finish(heads, headOf(frontier), head);
}

function finish(left: readonly AuditHead[], found: AuditHead, head: AuditHead): LogVerdict {
  const seq = found.size + 1;
  if (left.length > 0) return { kind: "broken", seq, reason: `entry ${seq} is missing` };
  if (head.size < found.size) {
    return { kind: "broken", seq: head.size + 1, reason: `entry ${head.size + 1} is not part of the head` };
  }
  return { kind: "sound", head: found };
}

function differs(proved: number, size: number): LogVerdict {
  const seq = proved + 1;
  const where = seq === size || size === 0 ? `entry ${seq}` : `an entry from ${seq} to ${size}`;
  return { kind: "broken", seq, reason: `${where} was replaced: the tree hash of ${size} differs` };
}
