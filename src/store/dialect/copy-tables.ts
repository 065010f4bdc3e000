import type { Kysely, Transaction as KyselyTransaction } from "kysely";
import type { Tables } from "../schema.ts";

/** Every table but the ledger of migrations, each behind those that it refers to. A test holds the list equal to the schema. */
export const copiedTables = [
  "keyring",
  "environment",
  "value",
  "service_grant",
  "release",
  "release_target",
  "release_binding",
  "release_part",
  "rollout",
  "rollout_step",
  "lease",
  "audit_entry",
  "audit_tree",
  "audit_checkpoint",
  "probe",
  "account",
  "account_link",
  "account_session",
  "passkey",
  "passkey_challenge",
  "login_attempt",
  "service_token",
  "user_runtime",
  "global_settings",
  "setting_intent",
  "rotation",
  "rotation_entry",
  "issuance",
  "finding",
] as const satisfies readonly (keyof Tables)[];

/** rows of one statement: with the columns of our tables, far fewer parameters than any database takes */
const pageSize = 200;

type AnyTables = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Every row, as it is, into tables that are empty and of the same schema. */
export async function copyTables(from: Kysely<Tables>, to: KyselyTransaction<Tables>): Promise<void> {
  const source = from as unknown as Kysely<AnyTables>;
  const target = to as unknown as Kysely<AnyTables>;
  for (const table of copiedTables) {
    const rows = await source.selectFrom(table).selectAll().execute();
    for (let at = 0; at < rows.length; at += pageSize) {
      await target
        .insertInto(table)
        .values(rows.slice(at, at + pageSize))
        .execute();
    }
  }
}
