import type { Selectable } from "kysely";
import type { LeaseTable } from "./schema.ts";
import type { EnvironmentSession } from "./session.ts";
import type { LeaseHolder, Lease } from "./store.ts";

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
    holder: (ttl) => holder(session, ttl),
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
  session: EnvironmentSession,
  { actor, doing, ttl, process, over }: Parameters<Lease["take"]>[0],
): ReturnType<Lease["take"]> {
  const { tx, environment, clock } = session;
  const now = clock.now();
  const row = await find(session);
  if (row !== undefined && isHeld(row.until, { now, ttl }) && row.number !== over) return heldOf(row);
  const number = (row?.number ?? 0) + 1;
  const next = { number, holder: actor.name, process: process ?? null, doing, since: now, until: now + ttl };
  await tx
    .insertInto("lease")
    .values({ environment: environment.name, ...next })
    .onConflict((conflict) => conflict.column("environment").doUpdateSet(next))
    .execute();
  return { kind: "taken", number };
}

async function holder(session: EnvironmentSession, ttl: number): Promise<LeaseHolder | undefined> {
  const row = await find(session);
  if (row === undefined || !isHeld(row.until, { now: session.clock.now(), ttl })) return undefined;
  return heldOf(row);
}

function find({ tx, environment }: EnvironmentSession): Promise<Selectable<LeaseTable> | undefined> {
  return tx.selectFrom("lease").selectAll().where("environment", "=", environment.name).executeTakeFirst();
}

function heldOf({ number, holder, process, doing, since, until }: Selectable<LeaseTable>): LeaseHolder {
  return { kind: "held", number, holder, doing, since, until, ...(process === null ? {} : { process }) };
}

/**
 * An end further away than any holder asks for was written before the clock was set back: it would keep everybody out
 * until the old time comes again. Hosts refuse its holder by the number, should it be at work still.
 */
function isHeld(until: number, { now, ttl }: { readonly now: number; readonly ttl: number }): boolean {
  return until > now && until <= now + 2 * ttl;
}
