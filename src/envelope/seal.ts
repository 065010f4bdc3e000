import { createCipheriv, createDecipheriv, randomBytes, timingSafeEqual } from "node:crypto";
import { AppError, Sensitive } from "#kernel";
import { keyIdOf, keyLength, keyOf, newKey, type Key } from "./key.ts";
import { placeBytes, type Place } from "./place.ts";

/** A value under a data key of its own, and that data key under the environment's root key. */
export interface SealedValue {
  readonly wrapped: Buffer;
  readonly sealed: Buffer;
}

const formatByte = 1;
const nonceLength = 12;
const tagLength = 16;
const headerLength = 1 + 32 + nonceLength;

export function sealValue(root: Key, place: Omit<Place, "kind">, value: Sensitive): SealedValue {
  const dataKey = newKey();
  return {
    wrapped: wrapKey(root, { ...place, kind: "data-key" }, dataKey),
    sealed: sealBytes(dataKey, { ...place, kind: "value" }, value.reveal()),
  };
}

/** Throws SEAL_BROKEN with key ids when the row was changed, moved, or belongs to another root key. */
export function openValue(root: Key, place: Omit<Place, "kind">, row: SealedValue): Sensitive {
  const dataKey = unwrapKey(root, { ...place, kind: "data-key" }, row.wrapped);
  return Sensitive.of(openBytes(dataKey, { ...place, kind: "value" }, row.sealed));
}

export function wrapKey(by: Key, place: Place, key: Key): Buffer {
  return sealBytes(by, place, key.secret.export());
}

export function unwrapKey(by: Key, place: Place, wrapped: Uint8Array): Key {
  const bytes = openBytes(by, place, wrapped);
  if (bytes.byteLength !== keyLength) throw broken(by, place, wrapped);
  return keyOf(bytes);
}

/** The same content under another key; the old ciphertext has to open first. */
export function rewrap(from: Key, to: Key, place: Place, wrapped: Uint8Array): Buffer {
  return sealBytes(to, place, openBytes(from, place, wrapped));
}

/** format byte, commitment of the key (32), nonce (12), ciphertext, tag (16); AES-256-GCM. */
export function sealBytes(key: Key, place: Place, content: Uint8Array): Buffer {
  const nonce = randomBytes(nonceLength);
  const cipher = createCipheriv("aes-256-gcm", key.cipher, nonce, { authTagLength: tagLength });
  cipher.setAAD(placeBytes(place, key.id));
  const body = Buffer.concat([cipher.update(content), cipher.final()]);
  return Buffer.concat([Buffer.of(formatByte), key.commitment, nonce, body, cipher.getAuthTag()]);
}

export function openBytes(key: Key, place: Place, sealed: Uint8Array): Buffer {
  const bytes = bytesOf(sealed);
  const whole = bytes.byteLength >= headerLength + tagLength && bytes[0] === formatByte;
  if (!whole || !timingSafeEqual(bytes.subarray(1, 33), key.commitment)) throw broken(key, place, sealed);
  const decipher = createDecipheriv("aes-256-gcm", key.cipher, bytes.subarray(33, headerLength), {
    authTagLength: tagLength,
  });
  decipher.setAAD(placeBytes(place, key.id));
  decipher.setAuthTag(bytes.subarray(-tagLength));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(headerLength, -tagLength)), decipher.final()]);
  } catch (cause) {
    throw broken(key, place, sealed, cause);
  }
}

/** Id of the key that a ciphertext says it is under; undefined when it is no ciphertext of ours. */
export function sealedUnder(sealed: Uint8Array): string | undefined {
  const bytes = bytesOf(sealed);
  if (bytes.byteLength < headerLength + tagLength || bytes[0] !== formatByte) return undefined;
  return keyIdOf(bytes.subarray(1, 33));
}

/** A column that someone edited may hold text, a number or nothing: that is no ciphertext, and no failure of another kind. */
function bytesOf(sealed: unknown): Buffer {
  return sealed instanceof Uint8Array ? Buffer.from(sealed) : Buffer.alloc(0);
}

function broken(key: Key, place: Place, sealed: Uint8Array, cause?: unknown): AppError {
  const under = sealedUnder(sealed) ?? "unknown";
  const thing = [place.environment, place.name].filter((part) => part !== undefined).join("/");
  const message = `${place.kind}${thing === "" ? "" : ` of ${thing}`} can't be opened: sealed under key ${under}, tried key ${key.id}`;
  const data = { expected: under, found: key.id, kind: place.kind, ...(thing === "" ? {} : { thing }) };
  return new AppError("SEAL_BROKEN", message, { data, ...(cause === undefined ? {} : { cause }) });
}
