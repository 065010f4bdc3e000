import type { AuditHead } from "./entry.ts";
import { joinHex, rootOf } from "./tree.ts";

/** RFC 6962 2.1.1: the sibling hashes from the leaf up. `index` counts from 0. */
export function inclusionProof(leaves: readonly string[], index: number): readonly string[] {
  if (index < 0 || index >= leaves.length) throw new RangeError(`leaf ${index} of ${leaves.length}`);
  if (leaves.length === 1) return [];
  const cut = splitOf(leaves.length);
  const [left, right] = [leaves.slice(0, cut), leaves.slice(cut)];
  return index < cut
    ? [...inclusionProof(left, index), rootOf(right)]
    : [...inclusionProof(right, index - cut), rootOf(left)];
}

/** Whether `leaf` is leaf number `index` of the tree with this head. */
export function verifyInclusion(leaf: string, index: number, head: AuditHead, proof: readonly string[]): boolean {
  if (index < 0 || index >= head.size || !proof.every(isHash)) return false;
  const rest = [...proof];
  const root = climb(leaf, index, head.size, rest);
  return rest.length === 0 && root === head.root;
}

/** RFC 6962 2.1.2: what shows that the first `size` leaves are the old tree. */
export function consistencyProof(leaves: readonly string[], size: number): readonly string[] {
  if (size < 0 || size > leaves.length) throw new RangeError(`size ${size} of ${leaves.length}`);
  return size === 0 ? [] : subproof(leaves, size, true);
}

/** Whether the tree of `newer` begins with the tree of `older`. */
export function verifyConsistency(older: AuditHead, newer: AuditHead, proof: readonly string[]): boolean {
  if (older.size > newer.size || !proof.every(isHash)) return false;
  if (older.size === 0) return proof.length === 0 && older.root === rootOf([]);
  const rest = [...proof];
  const roots = replay(older.size, newer.size, true, older.root, rest);
  return rest.length === 0 && roots?.older === older.root && roots.newer === newer.root;
}

/** Takes from the end of `rest`: the proof was listed from the leaf up, so its last hash belongs to the root's children. */
function climb(leaf: string, index: number, size: number, rest: string[]): string | undefined {
  if (size === 1) return leaf;
  const sibling = rest.pop();
  if (sibling === undefined) return undefined;
  const cut = splitOf(size);
  const own = index < cut ? climb(leaf, index, cut, rest) : climb(leaf, index - cut, size - cut, rest);
  if (own === undefined) return undefined;
  return index < cut ? joinHex(own, sibling) : joinHex(sibling, own);
}

function subproof(leaves: readonly string[], size: number, known: boolean): readonly string[] {
  if (size === leaves.length) return known ? [] : [rootOf(leaves)];
  const cut = splitOf(leaves.length);
  const [left, right] = [leaves.slice(0, cut), leaves.slice(cut)];
  return size <= cut
    ? [...subproof(left, size, known), rootOf(right)]
    : [...subproof(right, size - cut, false), rootOf(left)];
}

interface Roots {
  readonly older: string;
  readonly newer: string;
}

function replay(size: number, of: number, known: boolean, oldRoot: string, rest: string[]): Roots | undefined {
  if (size === of) {
    const root = known ? oldRoot : rest.pop();
    return root === undefined ? undefined : { older: root, newer: root };
  }
  const sibling = rest.pop();
  if (sibling === undefined) return undefined;
  const cut = splitOf(of);
  const inner =
    size <= cut ? replay(size, cut, known, oldRoot, rest) : replay(size - cut, of - cut, false, oldRoot, rest);
  if (inner === undefined) return undefined;
  if (size <= cut) return { older: inner.older, newer: joinHex(inner.newer, sibling) };
  return { older: joinHex(sibling, inner.older), newer: joinHex(sibling, inner.newer) };
}

/** One spelling: a decoder of hex passes over what is none. */
function isHash(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}

/** The largest power of two below `size`. */
function splitOf(size: number): number {
  let cut = 1;
  while (cut * 2 < size) cut *= 2;
  return cut;
}
