import { AppError } from "#kernel";
import type { Kek } from "./key.ts";
import { openBytes, sealBytes, sealedUnder } from "./seal.ts";

const content = Buffer.from("keyturn key check");

/** Kept with the store, so that a wrong key is known before anything else is read or changed. */
export function sealKeyCheck(kek: Kek, store: string): Buffer {
  return sealBytes(kek, { kind: "key-check", store }, content);
}

/** Throws KEY_WRONG with the expected and the found key id. */
export function checkKey(kek: Kek, store: string, check: Uint8Array): void {
  const expected = sealedUnder(check);
  if (expected !== undefined && expected !== kek.id) throw keyWrong(expected, kek.id);
  try {
    if (openBytes(kek, { kind: "key-check", store }, check).equals(content)) return;
  } catch (cause) {
    throw new AppError("STORE_BROKEN", "the store's key-check value was changed", { cause });
  }
  throw new AppError("STORE_BROKEN", "the store's key-check value holds something else");
}

export function keyWrong(expected: string, found: string): AppError {
  return new AppError("KEY_WRONG", `this store was made with key ${expected}, not with key ${found}`, {
    data: { expected, found },
  });
}
