import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  appendLeaf,
  consistencyProof,
  emptyFrontier,
  formatHead,
  headOf,
  inclusionProof,
  leafHash,
  parseHead,
  rootOf,
  verifyConsistency,
  verifyInclusion,
} from "#audit";

/** RFC 6962 2.1 as it is written: split at the largest power of two below n. */
function naiveRoot(contents: readonly Buffer[]): Buffer {
  const sha = (...parts: readonly Buffer[]) => createHash("sha256").update(Buffer.concat(parts)).digest();
  const [only] = contents;
  if (only === undefined) return sha();
  if (contents.length === 1) return sha(Buffer.of(0), only);
  const k = 2 ** Math.floor(Math.log2(contents.length - 1));
  return sha(Buffer.of(1), naiveRoot(contents.slice(0, k)), naiveRoot(contents.slice(k)));
}

const contents = fc.array(
  fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes)),
  { maxLength: 70 },
);
const leavesOf = (list: readonly Buffer[]) => list.map((content) => leafHash(content).toString("hex"));

test("the empty tree's hash is SHA-256 of nothing, and one empty leaf is SHA-256 of a zero byte", () => {
  expect(rootOf([])).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  expect(leafHash(Buffer.alloc(0)).toString("hex")).toBe(
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  );
  expect(rootOf(leavesOf([Buffer.alloc(0)]))).toBe(leafHash(Buffer.alloc(0)).toString("hex"));
});

test("the tree hash that grows leaf by leaf equals the definition's, at every size", () => {
  fc.assert(
    fc.property(contents, (list) => {
      let frontier = emptyFrontier;
      for (const [index, leaf] of leavesOf(list).entries()) {
        frontier = appendLeaf(frontier, leaf);
        expect(headOf(frontier).root).toBe(naiveRoot(list.slice(0, index + 1)).toString("hex"));
      }
    }),
    { numRuns: 40 },
  );
});

test("an inclusion proof holds for its leaf and place, and for no other leaf, place or hash", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(9999), { minLength: 2, maxLength: 60 }), fc.nat(), fc.nat(), (numbers, a, b) => {
      const leaves = leavesOf(numbers.map((number) => Buffer.from(String(number))));
      const [index, other] = [a % leaves.length, b % leaves.length];
      const head = { size: leaves.length, root: rootOf(leaves) };
      const proof = inclusionProof(leaves, index);
      expect(verifyInclusion(leaves[index] ?? "", index, head, proof)).toBe(true);
      expect(verifyInclusion(leaves[other] ?? "", index, head, proof)).toBe(other === index);
      expect(verifyInclusion(leaves[index] ?? "", index, head, [...proof, head.root])).toBe(false);
      expect(verifyInclusion(leaves[index] ?? "", index, head, proof.slice(1))).toBe(proof.length === 0);
      expect(verifyInclusion(leaves[index] ?? "", leaves.length, head, proof)).toBe(false);
    }),
    { numRuns: 60 },
  );
});

test("a consistency proof holds between a log and its beginning, and not after the beginning was rewritten", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(9999), { minLength: 1, maxLength: 50 }), fc.nat(), fc.nat(), (numbers, a, b) => {
      const leaves = leavesOf(numbers.map((number) => Buffer.from(String(number))));
      const size = a % (leaves.length + 1);
      const older = { size, root: rootOf(leaves.slice(0, size)) };
      const newer = { size: leaves.length, root: rootOf(leaves) };
      expect(verifyConsistency(older, newer, consistencyProof(leaves, size))).toBe(true);
      if (size === 0) return;
      const forged = leaves.with(b % size, leafHash(Buffer.from("forged")).toString("hex"));
      const rewritten = { size: forged.length, root: rootOf(forged) };
      expect(verifyConsistency(older, rewritten, consistencyProof(forged, size))).toBe(false);
    }),
    { numRuns: 60 },
  );
});

test("a head reads back from its text, and nothing else is taken for one", () => {
  const head = { size: 12, root: rootOf([]) };
  expect(parseHead(formatHead(head))).toEqual(head);
  for (const text of [
    "",
    "12",
    "012:" + head.root,
    "12:" + head.root.slice(1),
    "-1:" + head.root,
    `12:${head.root}\n`,
  ]) {
    expect(parseHead(text)).toBeUndefined();
  }
});
