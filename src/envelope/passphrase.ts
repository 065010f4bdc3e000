import { randomBytes, scrypt } from "node:crypto";
import { AppError, type Sensitive } from "#kernel";
import { keyLength, keyOf, type Kdf, type Kek } from "./key.ts";

/** 128 MiB and about half a second: a guess should cost an attacker as much. */
const defaultN = 2 ** 17;
const largestN = 2 ** 20;

/** Fresh parameters for a new passphrase. */
export function newKdf(n = defaultN): Kdf {
  return { name: "scrypt", n, r: 8, p: 1, salt: randomBytes(16).toString("hex") };
}

/** The same passphrase and parameters give the same key. Parameters that a changed file could blow up are refused. */
export async function kekFromPassphrase(passphrase: Sensitive, kdf: Kdf): Promise<Kek> {
  const sane = Number.isInteger(Math.log2(kdf.n)) && kdf.n > 1 && kdf.n <= largestN && kdf.r === 8 && kdf.p === 1;
  if (!sane || !/^[0-9a-f]{32,}$/.test(kdf.salt)) {
    throw new AppError("STORE_BROKEN", "the stored scrypt parameters are out of range");
  }
  if (passphrase.byteLength === 0) throw new AppError("KEY_MISSING", "the passphrase is empty");
  return { ...keyOf(await derive(passphrase, kdf)), kdf };
}

function derive(passphrase: Sensitive, kdf: Kdf): Promise<Buffer> {
  const options = { N: kdf.n, r: kdf.r, p: kdf.p, maxmem: 2 ** 20 + 256 * kdf.n * kdf.r };
  return new Promise((resolve, reject) => {
    scrypt(passphrase.reveal(), Buffer.from(kdf.salt, "hex"), keyLength, options, (error, key) =>
      error === null ? resolve(key) : reject(error),
    );
  });
}

/** Reads stored parameters back; undefined when the text holds something else. */
export function parseKdf(text: string): Kdf | undefined {
  try {
    const kdf = JSON.parse(text) as Partial<Kdf> | null;
    const known = kdf?.name === "scrypt" && [kdf.n, kdf.r, kdf.p].every(Number.isSafeInteger);
    return known && typeof kdf.salt === "string" ? (kdf as Kdf) : undefined;
  } catch {
    return undefined;
  }
}
