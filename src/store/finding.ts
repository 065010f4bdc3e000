import type { Actor } from "#audit";
import type { Insertable, Selectable } from "kysely";
import type { Acceptance, Findings, FoundThing, KeptFinding, SeenState } from "./finding-list.ts";
import type { FindingTable } from "./schema.ts";
import { scopeOf } from "./scope.ts";
import type { EnvironmentSession } from "./session.ts";

export function findings(session: EnvironmentSession): Findings {
  return {
    list: async () => (await ofEnvironment(session).orderBy("id").execute()).map(findingOf),
    async find(id) {
      const row = await ofEnvironment(session).where("id", "=", id).executeTakeFirst();
      return row === undefined ? undefined : findingOf(row);
    },
    add: (seen, thing, actor) => add(session, seen, { thing, actor }),
    see: (id, seen) => change(session, [id], { ...seenColumns(seen), last_at: session.clock.now(), gone_at: null }),
    leave: (ids) => change(session, ids, { gone_at: session.clock.now() }),
    accept: (id, acceptance) => change(session, [id], acceptedColumns(acceptance)),
    drop: (ids) => drop(session, ids),
  };
}

async function add(
  session: EnvironmentSession,
  seen: SeenState,
  { thing, actor }: { readonly thing: FoundThing; readonly actor: Actor },
): Promise<number> {
  const now = session.clock.now();
  const { id } = await session.tx
    .insertInto("finding")
    .values({
      ...thingColumns(thing),
      ...seenColumns(seen),
      ...acceptedColumns(undefined),
      environment: session.environment.name,
      first_at: now,
      last_at: now,
      actor: actor.name,
      gone_at: null,
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  return id;
}

/** ids of one statement: with the columns of a change, fewer parameters than any database takes */
const pageSize = 500;

async function change(
  { tx, environment }: EnvironmentSession,
  ids: readonly number[],
  values: Partial<Insertable<FindingTable>>,
): Promise<void> {
  for (const page of pagesOf(ids)) {
    const own = tx.updateTable("finding").set(values).where("environment", "=", environment.name);
    await own.where("id", "in", page).execute();
  }
}

async function drop({ tx, environment }: EnvironmentSession, ids: readonly number[]): Promise<void> {
  for (const page of pagesOf(ids)) {
    const own = tx.deleteFrom("finding").where("environment", "=", environment.name);
    await own.where("id", "in", page).execute();
  }
}

function pagesOf(ids: readonly number[]): readonly (readonly number[])[] {
  const count = Math.ceil(ids.length / pageSize);
  return Array.from({ length: count }, (_, at) => ids.slice(at * pageSize, (at + 1) * pageSize));
}

function ofEnvironment({ tx, environment }: EnvironmentSession) {
  return tx.selectFrom("finding").selectAll().where("environment", "=", environment.name);
}

/** A credential's format stands where a value has its name. */
function thingColumns(thing: FoundThing) {
  if (thing.kind === "credential") {
    const { kind, format: name, tag = "" } = thing;
    return { kind, name, tag, service: "", host: "", version: 0, encoding: "" };
  }
  const { kind, name, version, encoding, scope } = thing;
  const { service = "", host = "" } = scope;
  return { kind, name, version, encoding, service, host, tag: "" };
}

function seenColumns({ place, places, commit, present, machine, root }: SeenState) {
  const { kind, where, path, line, byte } = place;
  return {
    place: kind,
    location: where,
    path,
    line: line ?? null,
    byte: byte ?? null,
    places,
    since_commit: commit ?? null,
    present: present ? 1 : 0,
    machine,
    root,
  };
}

function acceptedColumns(acceptance: Acceptance | undefined) {
  return {
    accepted_until: acceptance?.until ?? null,
    accepted_reason: acceptance?.reason ?? null,
    accepted_by: acceptance?.by ?? null,
    accepted_places: acceptance?.places ?? null,
  };
}

function findingOf(row: Selectable<FindingTable>): KeptFinding {
  const accepted = acceptanceOf(row);
  return {
    id: row.id,
    thing: thingOf(row),
    place: {
      kind: row.place,
      where: row.location,
      path: row.path,
      ...(row.line === null ? {} : { line: row.line }),
      ...(row.byte === null ? {} : { byte: row.byte }),
    },
    places: row.places,
    ...(row.since_commit === null ? {} : { commit: row.since_commit }),
    present: row.present === 1,
    machine: row.machine,
    root: row.root,
    firstAt: row.first_at,
    lastAt: row.last_at,
    actor: row.actor,
    ...(row.gone_at === null ? {} : { goneAt: row.gone_at }),
    ...(accepted === undefined ? {} : { accepted }),
  };
}

function thingOf(row: Selectable<FindingTable>): FoundThing {
  const { kind, name, version, encoding, tag } = row;
  if (kind === "value") return { kind, name, scope: scopeOf(row), version, encoding };
  return { kind, format: name, ...(tag === "" ? {} : { tag }) };
}

function acceptanceOf(row: Selectable<FindingTable>): Acceptance | undefined {
  const { accepted_until: until, accepted_reason: reason, accepted_by: by, accepted_places: places } = row;
  if (until === null || reason === null || by === null || places === null) return undefined;
  return { until, reason, by, places };
}
