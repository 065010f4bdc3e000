import { createHmac, createSecretKey, hkdfSync, randomBytes, type KeyObject } from "node:crypto";

export const keyLength = 32;

/**
 * 256 bits that seal something. The bytes stay inside a KeyObject, which prints as nothing. The commitment is a keyed
 * hash that binds a ciphertext to one key, which AES-GCM alone does not; its first half-word is the id people see.
 */
export interface Key {
  /** 16 hex digits */
  readonly id: string;
  readonly commitment: Buffer;
  readonly secret: KeyObject;
  /** derived from `secret`, for AES only */
  readonly cipher: KeyObject;
}

/** The key that stands above all others, kept outside the store. */
export interface Kek extends Key {
  /** set when it was made from a passphrase: the store keeps these beside the key-check value */
  readonly kdf?: Kdf;
}

/** Parameters of scrypt; public, stored. */
export interface Kdf {
  readonly name: "scrypt";
  readonly n: number;
  readonly r: number;
  readonly p: number;
  /** hex */
  readonly salt: string;
}

/** Throws RangeError unless there are exactly 32 bytes. */
export function keyOf(bytes: Uint8Array): Key {
  if (bytes.byteLength !== keyLength) throw new RangeError(`a key is ${keyLength} bytes, not ${bytes.byteLength}`);
  const commitment = createHmac("sha256", bytes).update("keyturn/1 commitment").digest();
  const cipher = createHmac("sha256", bytes).update("keyturn/1 cipher").digest();
  return { id: keyIdOf(commitment), commitment, secret: createSecretKey(bytes), cipher: createSecretKey(cipher) };
}

export function newKey(): Key {
  return keyOf(randomBytes(keyLength));
}

export function keyIdOf(commitment: Uint8Array): string {
  return Buffer.from(commitment.subarray(0, 8)).toString("hex");
}

/** HKDF-SHA256 of an environment's root key: fingerprints neither reveal the root key nor open anything. */
export function fingerprintKey(root: Key): Buffer {
  return Buffer.from(hkdfSync("sha256", root.secret, Buffer.alloc(0), "keyturn/1 fingerprint", keyLength));
}

/** The same for what scan kits are made with; whoever has a kit learns nothing of any other key by it. */
export function scanKey(root: Key): Buffer {
  return Buffer.from(hkdfSync("sha256", root.secret, Buffer.alloc(0), "keyturn/1 scan kit", keyLength));
}
