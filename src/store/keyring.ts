import { createPrivateKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { verifierText } from "#audit";
import {
  checkKey,
  fingerprintKey,
  keyWrong,
  openBytes,
  sealBytes,
  sealKeyCheck,
  unwrapKey,
  type Kek,
  type Key,
} from "#envelope";
import { AppError } from "#kernel";
import type { Kysely, Transaction as KyselyTransaction } from "kysely";
import type { EnvironmentRecord, KeyringRecord, Tables } from "./schema.ts";

/** The keys of an open store. Root keys are unwrapped when first needed and kept while it is open. */
export class Keyring {
  readonly store: string;
  readonly verifier: string;
  readonly #roots = new Map<string, EnvironmentKeys>();
  #kek: Kek;

  constructor(row: Pick<KeyringRecord, "store_id" | "signing_verifier">, kek: Kek) {
    this.store = row.store_id;
    this.verifier = row.signing_verifier;
    this.#kek = kek;
  }

  get kek(): Kek {
    return this.#kek;
  }

  /** After the commit of a rekey. */
  replaceKek(kek: Kek): void {
    this.#kek = kek;
  }

  environment(row: Pick<EnvironmentRecord, "name" | "root_key_id" | "root_wrapped">): EnvironmentKeys {
    const known = this.#roots.get(row.root_key_id);
    if (known !== undefined) return known;
    const root = unwrapKey(this.#kek, rootPlace(this.store, row.name), row.root_wrapped);
    const keys = { root, fingerprint: fingerprintKey(root) };
    if (root.id === row.root_key_id) this.#roots.set(row.root_key_id, keys);
    return keys;
  }

  signingKey(row: KeyringRecord): KeyObject {
    const der = openBytes(this.#kek, signingPlace(this.store), row.signing_wrapped);
    return createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  }
}

export interface EnvironmentKeys {
  readonly root: Key;
  readonly fingerprint: Buffer;
}

export function rootPlace(store: string, environment: string) {
  return { kind: "root-key", store, environment } as const;
}

export function signingPlace(store: string) {
  return { kind: "signing-key", store } as const;
}

/** The one row of a new store; makes the log's signing key. */
export function newKeyringRow(store: string, kek: Kek): KeyringRecord {
  return {
    id: 1,
    store_id: store,
    key_id: kek.id,
    key_check: sealKeyCheck(kek, store),
    kdf: kdfText(kek),
    ...newSigningKey(store, kek),
    recipient: null,
    recovery_proved_at: null,
  };
}

/** Throws KEY_WRONG, STORE_BROKEN. Reads only what every schema has. */
export async function checkKeyring(db: Kysely<Tables>, kek: Kek): Promise<void> {
  const row = await db.selectFrom("keyring").select(["store_id", "key_id", "key_check"]).executeTakeFirst();
  if (row === undefined) throw new AppError("STORE_BROKEN", "the store has no keyring");
  checkKey(kek, row.store_id, row.key_check);
}

/** The row, when `keyring` still holds the KEK it is under: another process may have changed the KEK meanwhile. */
export async function currentKeyring(tx: KyselyTransaction<Tables>, keyring: Keyring): Promise<KeyringRecord> {
  const row = await tx.selectFrom("keyring").selectAll().executeTakeFirstOrThrow();
  if (!/^[0-9a-f]+$/.test(row.key_id)) throw new AppError("STORE_BROKEN", "the store's keyring names no key");
  if (row.key_id !== keyring.kek.id) throw keyWrong(row.key_id, keyring.kek.id);
  return row;
}

export function kdfText(kek: Kek): string | null {
  return kek.kdf === undefined ? null : JSON.stringify(kek.kdf);
}

/** The checkpoint key's origin carries the store's id, as a witness of several stores needs it. */
export function originOf(store: string): string {
  return `keyturn/${store}`;
}

export function newSigningKey(store: string, kek: Kek) {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const der = privateKey.export({ format: "der", type: "pkcs8" });
  return {
    signing_wrapped: sealBytes(kek, signingPlace(store), der),
    signing_verifier: verifierText(originOf(store), publicKey),
  };
}
