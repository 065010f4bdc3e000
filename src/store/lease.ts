import type { EnvironmentSession } from "./environment.ts";
import type { Lease } from "./store.ts";

export function lease(session: EnvironmentSession): Lease {
  const { tx, environment, clock } = session;
  const ours = (number: number) =>
    tx
      .updateTable("lease")
      .where("environment", "=", environment.name)
      .where("number", "=", number)
      .where("until", ">", 0)
      .returning("number");
  return {
    take: (request) => take(session, request),
    async renew(number, ttl) {
      const rows = await ours(number)
        .set({ until: clock.now() + ttl })
        .execute();
      return rows.length === 1;
    },
    async release(number) {
      await ours(number).set({ until: 0 }).execute();
    },
  };
}

async function take(
  { tx, environment, clock }: EnvironmentSession,
  { actor, doing, ttl, process, over }: Parameters<Lease["take"]>[0],
): ReturnType<Lease["take"]> {
  const now = clock.now();
  const query = tx.selectFrom("lease").selectAll().where("environment", "=", environment.name);
  const row = await query.executeTakeFirst();
  if (row !== undefined && isHeld(row.until, { now, ttl }) && row.number !== over) {
    const { number, holder, since, until } = row;
    const known = row.process === null ? {} : { process: row.process };
    return { kind: "held", number, holder, doing: row.doing, since, until, ...known };
  }
  const number = (row?.number ?? 0) + 1;
  const next = { number, holder: actor.name, process: process ?? null, doing, since: now, until: now + ttl };
  await tx
    .insertInto("lease")
    .values({ environment: environment.name, ...next })
    .onConflict((conflict) => conflict.column("environment").doUpdateSet(next))
    .execute();
  return { kind: "taken", number };
}

/**
 * An end further away than any holder asks for was written before the clock was set back: it would keep everybody out
 * until the old time comes again. Hosts refuse its holder by the number, should it be at work still.
 */
function isHeld(until: number, { now, ttl }: { readonly now: number; readonly ttl: number }): boolean {
  return until > now && until <= now + 2 * ttl;
}
