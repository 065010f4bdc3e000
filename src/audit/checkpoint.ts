import { createHash, createPublicKey, sign, verify, type KeyObject } from "node:crypto";
import type { AuditHead } from "./entry.ts";

/** A head and who vouches for it. */
export interface Checkpoint {
  readonly origin: string;
  readonly head: AuditHead;
}

/**
 * A signed head: https://c2sp.org/tlog-checkpoint in the envelope of https://c2sp.org/signed-note. `origin` names the
 * log and the key; it has no spaces, no plus sign.
 */
export function signCheckpoint(checkpoint: Checkpoint, key: KeyObject): string {
  const { origin } = checkpoint;
  const text = checkpointText(checkpoint);
  const signature = sign(null, Buffer.from(text, "utf8"), key);
  const id = noteKeyId(origin, rawPublicKey(createPublicKey(key)));
  return `${text}\n— ${origin} ${Buffer.concat([id, signature]).toString("base64")}\n`;
}

/** The head when one signature by `verifier` (see `verifierText`) holds, else undefined. */
export function openCheckpoint(note: string, verifier: string): Checkpoint | undefined {
  const key = parseVerifier(verifier);
  const end = note.lastIndexOf("\n\n");
  if (key === undefined || end < 0) return undefined;
  const text = note.slice(0, end + 1);
  const signed = note
    .slice(end + 2)
    .split("\n")
    .some((line) => signatureHolds(line, text, key));
  return signed ? parseText(text, key.origin) : undefined;
}

/** `name+id+key`: what a witness keeps to check checkpoints; public. */
export function verifierText(origin: string, publicKey: KeyObject): string {
  const raw = rawPublicKey(publicKey);
  const id = noteKeyId(origin, raw).toString("hex");
  return `${origin}+${id}+${Buffer.concat([Buffer.of(ed25519), raw]).toString("base64")}`;
}

interface Verifier {
  readonly origin: string;
  readonly id: Buffer;
  readonly key: KeyObject;
}

const ed25519 = 1;
const spkiPrefix = Buffer.from("302a300506032b6570032100", "hex");

function checkpointText({ origin, head }: Checkpoint): string {
  return `${origin}\n${head.size}\n${Buffer.from(head.root, "hex").toString("base64")}\n`;
}

function parseText(text: string, origin: string): Checkpoint | undefined {
  const [name, size, root] = text.split("\n");
  const hash = Buffer.from(root ?? "", "base64");
  if (name !== origin || !/^(0|[1-9]\d{0,14})$/.test(size ?? "") || hash.byteLength !== 32) return undefined;
  return { origin, head: { size: Number(size), root: hash.toString("hex") } };
}

function parseVerifier(verifier: string): Verifier | undefined {
  const [, origin, id, encoded] = /^([^+\s]+)\+([0-9a-f]{8})\+(.+)$/.exec(verifier) ?? [];
  const bytes = Buffer.from(encoded ?? "", "base64");
  if (origin === undefined || bytes.byteLength !== 33 || bytes[0] !== ed25519) return undefined;
  const raw = bytes.subarray(1);
  if (noteKeyId(origin, raw).toString("hex") !== id) return undefined;
  const key = createPublicKey({ key: Buffer.concat([spkiPrefix, raw]), format: "der", type: "spki" });
  return { origin, id: noteKeyId(origin, raw), key };
}

function signatureHolds(line: string, text: string, verifier: Verifier): boolean {
  const [, name, encoded] = /^— (\S+) (\S+)$/.exec(line) ?? [];
  const bytes = Buffer.from(encoded ?? "", "base64");
  if (name !== verifier.origin || !bytes.subarray(0, 4).equals(verifier.id)) return false;
  return verify(null, Buffer.from(text, "utf8"), verifier.key, bytes.subarray(4));
}

function noteKeyId(name: string, rawKey: Uint8Array): Buffer {
  return createHash("sha256").update(`${name}\n`).update(Buffer.of(ed25519)).update(rawKey).digest().subarray(0, 4);
}

function rawPublicKey(key: KeyObject): Buffer {
  return key.export({ format: "der", type: "spki" }).subarray(spkiPrefix.byteLength);
}
