import type { Fingerprint } from "#kernel";
import type { Selectable } from "kysely";
import type { ProbeTable } from "./schema.ts";
import type { EnvironmentSession } from "./session.ts";
import type { FoundState, ProbePeriod, Probes } from "./store.ts";

export function probes(session: EnvironmentSession): Probes {
  return {
    record: (found) => record(session, found),
    async list() {
      return (await ofEnvironment(session).orderBy("seq", "desc").execute()).map(periodOf);
    },
  };
}

async function record(session: EnvironmentSession, found: FoundState): Promise<ProbePeriod> {
  const newest = await newestOf(session, found);
  if (newest === undefined || newest.state !== found.state) return begin(session, found);
  const row = { ...newest, meaning: found.meaning, last_at: session.clock.now(), times: newest.times + 1 };
  await session.tx
    .updateTable("probe")
    .set({ meaning: row.meaning, last_at: row.last_at, times: row.times })
    .where("environment", "=", row.environment)
    .where("seq", "=", row.seq)
    .execute();
  return periodOf(row);
}

async function begin(session: EnvironmentSession, { actor, ...found }: FoundState): Promise<ProbePeriod> {
  const { tx, environment, clock } = session;
  const last = await ofEnvironment(session).orderBy("seq", "desc").limit(1).executeTakeFirst();
  const now = clock.now();
  const row = {
    ...found,
    environment: environment.name,
    seq: (last?.seq ?? 0) + 1,
    first_at: now,
    last_at: now,
    times: 1,
    actor: actor.name,
  };
  await tx.insertInto("probe").values(row).execute();
  return periodOf(row);
}

function newestOf(session: EnvironmentSession, { provider, name, fingerprint, address }: FoundState) {
  return ofEnvironment(session)
    .where("provider", "=", provider)
    .where("name", "=", name)
    .where("fingerprint", "=", fingerprint)
    .where("address", "=", address)
    .orderBy("seq", "desc")
    .limit(1)
    .executeTakeFirst();
}

function ofEnvironment({ tx, environment }: EnvironmentSession) {
  return tx.selectFrom("probe").selectAll().where("environment", "=", environment.name);
}

function periodOf(row: Selectable<ProbeTable>): ProbePeriod {
  const { provider, name, version, address, state, meaning, times, actor } = row;
  const fingerprint = row.fingerprint as Fingerprint;
  return {
    provider,
    name,
    version,
    fingerprint,
    address,
    state,
    meaning,
    since: row.first_at,
    last: row.last_at,
    times,
    actor,
  };
}
