import type { Selectable } from "kysely";
import { accountOf } from "./account.ts";
import type { Challenges, Passkey, Passkeys } from "./identity.ts";
import type { PasskeyTable } from "./schema.ts";
import type { Session } from "./session.ts";

export function passkeys({ tx, clock }: Session): Passkeys {
  return {
    async list(account) {
      const rows = tx.selectFrom("passkey").selectAll().where("account", "=", account);
      return (await rows.orderBy("created_at").orderBy("id").execute()).map(passkeyOf);
    },
    async find(credential) {
      const row = await tx.selectFrom("passkey").selectAll().where("credential", "=", credential).executeTakeFirst();
      if (row === undefined) return undefined;
      const account = await tx
        .selectFrom("account")
        .selectAll()
        .where("id", "=", row.account)
        .executeTakeFirstOrThrow();
      return { passkey: passkeyOf(row), publicKey: row.public_key, account: accountOf(account) };
    },
    async add({ id, account, name, credential, publicKey, counter, transports }) {
      const added = await tx
        .insertInto("passkey")
        .values({
          id,
          account,
          name,
          credential,
          counter,
          public_key: publicKey,
          transports: transports.join(" "),
          created_at: clock.now(),
          used_at: null,
        })
        .onConflict((conflict) => conflict.column("credential").doNothing())
        .returning("id")
        .execute();
      return added.length === 1;
    },
    async use(id, counter) {
      const used = await tx
        .updateTable("passkey")
        .set({ counter, used_at: clock.now() })
        .where("id", "=", id)
        // 0 from the first to the last time is one that doesn't count
        .where((is) => (counter === 0 ? is("counter", "=", 0) : is("counter", "<", counter)))
        .returning("id")
        .execute();
      return used.length === 1;
    },
    async remove(id) {
      await tx.deleteFrom("passkey").where("id", "=", id).execute();
    },
    async removeAll(account) {
      const removed = await tx.deleteFrom("passkey").where("account", "=", account).returning("id").execute();
      return removed.length;
    },
  };
}

/** stands for a challenge of nobody's */
const nobody = "";

export function challenges({ tx, clock }: Session): Challenges {
  return {
    async put({ digest, holder, purpose, account = nobody, expiresAt }) {
      await tx.deleteFrom("passkey_challenge").where("expires_at", "<=", clock.now()).execute();
      const row = { digest, holder, purpose, account, expires_at: expiresAt };
      await tx.insertInto("passkey_challenge").values(row).execute();
    },
    async take({ digest, holder, purpose }) {
      const [row] = await tx
        .deleteFrom("passkey_challenge")
        .where("digest", "=", digest)
        .where("holder", "=", holder)
        .where("purpose", "=", purpose)
        .returningAll()
        .execute();
      if (row === undefined || row.expires_at <= clock.now()) return undefined;
      return row.account === nobody ? {} : { account: row.account };
    },
  };
}

function passkeyOf(row: Selectable<PasskeyTable>): Passkey {
  return {
    id: row.id,
    account: row.account,
    name: row.name,
    credential: row.credential,
    transports: row.transports.split(" ").filter((one) => one !== ""),
    createdAt: row.created_at,
    ...(row.used_at === null ? {} : { usedAt: row.used_at }),
  };
}
