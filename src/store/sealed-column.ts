import { rewrap, type Kek, type Place } from "#envelope";
import type { Transaction as KyselyTransaction } from "kysely";
import { rootPlace, signingPlace } from "./keyring.ts";
import type { Tables } from "./schema.ts";

/** A column that holds ciphertext, and the key it is under. */
export interface SealedColumn {
  readonly table: keyof Tables;
  readonly column: string;
  readonly under: "kek" | "root-key" | "data-key" | "recipient";
  /** for what is under the KEK: its rows under the new one; gives their number */
  readonly rewrap?: (change: KekChange) => Promise<number>;
}

interface KekChange {
  readonly tx: KyselyTransaction<Tables>;
  readonly store: string;
  readonly from: Kek;
  readonly to: Kek;
}

/** All of them: a change of the KEK is driven by this list, and a test holds it equal to the schema. */
export const sealedColumns: readonly SealedColumn[] = [
  { table: "keyring", column: "key_check", under: "kek", rewrap: (change) => keyringColumn(change, "key_check") },
  {
    table: "keyring",
    column: "signing_wrapped",
    under: "kek",
    rewrap: (change) => keyringColumn(change, "signing_wrapped"),
  },
  { table: "environment", column: "root_wrapped", under: "kek", rewrap: rootKeys },
  { table: "environment", column: "root_recovery", under: "recipient" },
  { table: "value", column: "key_wrapped", under: "root-key" },
  { table: "value", column: "sealed", under: "data-key" },
  { table: "release_binding", column: "key_wrapped", under: "root-key" },
  { table: "release_binding", column: "sealed", under: "data-key" },
  { table: "global_settings", column: "key_wrapped", under: "root-key" },
  { table: "global_settings", column: "sealed", under: "data-key" },
  { table: "issuance", column: "key_wrapped", under: "root-key" },
  { table: "issuance", column: "sealed", under: "data-key" },
];

async function keyringColumn(change: KekChange, column: "key_check" | "signing_wrapped"): Promise<number> {
  const { tx, store, from, to } = change;
  const place: Place = column === "key_check" ? { kind: "key-check", store } : signingPlace(store);
  const row = await tx.selectFrom("keyring").select(["key_check", "signing_wrapped"]).executeTakeFirstOrThrow();
  await tx
    .updateTable("keyring")
    .set({ [column]: rewrap(from, to, place, row[column]) })
    .execute();
  return 1;
}

async function rootKeys({ tx, store, from, to }: KekChange): Promise<number> {
  const rows = await tx.selectFrom("environment").select(["name", "root_wrapped"]).execute();
  for (const { name, root_wrapped } of rows) {
    const wrapped = rewrap(from, to, rootPlace(store, name), root_wrapped);
    await tx.updateTable("environment").set({ root_wrapped: wrapped }).where("name", "=", name).execute();
  }
  return rows.length;
}
