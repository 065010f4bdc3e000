import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { expect, test } from "vitest";
import { openCheckpoint, rootOf, signCheckpoint, verifierText } from "#audit";

const { privateKey, publicKey } = generateKeyPairSync("ed25519");
const checkpoint = { origin: "keyturn/store_1", head: { size: 3, root: rootOf(["00".repeat(32)]) } };
const verifier = verifierText(checkpoint.origin, publicKey);

test("a checkpoint has the form of a signed note: origin, size, root, an empty line, a signature line", () => {
  const lines = signCheckpoint(checkpoint, privateKey).split("\n");
  const root = Buffer.from(checkpoint.head.root, "hex").toString("base64");
  expect(lines.slice(0, 4)).toEqual([checkpoint.origin, "3", root, ""]);
  expect(lines[4]).toMatch(/^— keyturn\/store_1 [A-Za-z0-9+/]{91}=$/);
  expect(lines.slice(5)).toEqual([""]);
});

test("a checkpoint opens with its verifier", () => {
  expect(openCheckpoint(signCheckpoint(checkpoint, privateKey), verifier)).toEqual(checkpoint);
});

test("a changed size, another key, a missing signature or a broken verifier open nothing", () => {
  const note = signCheckpoint(checkpoint, privateKey);
  const other = verifierText(checkpoint.origin, generateKeyPairSync("ed25519").publicKey);
  expect(openCheckpoint(note.replace("\n3\n", "\n4\n"), verifier)).toBeUndefined();
  expect(openCheckpoint(note, other)).toBeUndefined();
  expect(openCheckpoint(note.split("—")[0] ?? "", verifier)).toBeUndefined();
  expect(openCheckpoint(note, verifier.replace("store_1", "store_2"))).toBeUndefined();
});

test("the verifier of a known key is the one of the signed-note form", () => {
  // Ed25519 key of RFC 8032, 7.1, test 1
  const raw = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
  expect(verifierText("example.com/log", publicKeyOf(raw))).toMatch(/^example\.com\/log\+[0-9a-f]{8}\+AddamAGC/);
});

function publicKeyOf(hex: string) {
  const x = Buffer.from(hex, "hex").toString("base64url");
  return createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
}
