import { createHash, hash } from "node:crypto";
import type { AuditHead } from "./entry.ts";

/** Roots of the perfect subtrees from left to right, hex: all that the next leaf needs. */
export interface Frontier {
  readonly size: number;
  readonly nodes: readonly string[];
}

export const emptyFrontier: Frontier = { size: 0, nodes: [] };

/** https://www.rfc-editor.org/rfc/rfc6962#section-2.1: leaves are prefixed 0x00, inner nodes 0x01. */
export function leafHash(content: Uint8Array): Buffer {
  return createHash("sha256").update(Buffer.of(0)).update(content).digest();
}

/** One more leaf; merges as many subtrees as the size has trailing one bits. */
export function appendLeaf(frontier: Frontier, leaf: string): Frontier {
  const nodes = [...frontier.nodes];
  let node = leaf;
  // not a bit shift: sizes may pass 2^31
  for (let size = frontier.size; size % 2 === 1; size = (size - 1) / 2) node = joinHex(nodes.pop() ?? "", node);
  return { size: frontier.size + 1, nodes: [...nodes, node] };
}

export function headOf(frontier: Frontier): AuditHead {
  const root = frontier.nodes.reduceRight<string | undefined>(
    (right, left) => (right === undefined ? left : joinHex(left, right)),
    undefined,
  );
  return { size: frontier.size, root: root ?? createHash("sha256").digest("hex") };
}

/** Tree hash of hex leaves. */
export function rootOf(leaves: readonly string[]): string {
  return headOf(leaves.reduce(appendLeaf, emptyFrontier)).root;
}

/** `size:roothex`, the form hosts keep. */
export function formatHead(head: AuditHead): string {
  return `${head.size}:${head.root}`;
}

export function parseHead(text: string): AuditHead | undefined {
  const match = /^(0|[1-9]\d{0,14}):([0-9a-f]{64})$/.exec(text);
  return match === null ? undefined : { size: Number(match[1]), root: match[2] ?? "" };
}

/** Hash of an inner node, of two hex hashes. */
export function joinHex(left: string, right: string): string {
  return hash("sha256", Buffer.from(`01${left}${right}`, "hex"), "hex");
}
