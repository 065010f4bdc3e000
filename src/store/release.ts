import { openValue } from "#envelope";
import { AppError, type Fingerprint, type Sensitive } from "#kernel";
import type { Selectable } from "kysely";
import { bindingPlace, insertTargets, notLive, refuseUnbindable } from "./binding.ts";
import type { ReleaseTable } from "./schema.ts";
import { scopeOf } from "./scope.ts";
import type { EnvironmentSession } from "./session.ts";
import type { BoundName, Binding, Release, Releases, ReleaseTarget } from "./store.ts";
import { values } from "./value.ts";

export function releases(session: EnvironmentSession): Releases {
  return {
    create: (release) => create(session, release),
    latest: (state) => latest(session, state),
    find: (number) => find(session, number),
    async list(limit) {
      const rows = await select(session).orderBy("number", "desc").limit(limit).execute();
      return rows.map(releaseOf);
    },
    barred: async () => holding(session, await barredIds(session)),
    holding: (ids) => holding(session, ids),
    setState: (number, state) => setState(session, number, state),
    open: (number, target) => open(session, number, target),
  };
}

async function create(session: EnvironmentSession, release: Parameters<Releases["create"]>[0]): Promise<Release> {
  const [last] = await select(session).orderBy("number", "desc").limit(1).execute();
  const number = (last?.number ?? 0) + 1;
  await refuseUnbindable(session, number, release.targets);
  const row = {
    environment: session.environment.name,
    number,
    created_at: session.clock.now(),
    actor: release.actor.name,
    reason: release.reason,
    state: "open",
  } as const;
  await session.tx.insertInto("release").values(row).execute();
  await insertTargets(session, number, release.targets);
  return { ...releaseOf(row), targets: await targetsOf(session, number) };
}

async function latest(session: EnvironmentSession, state?: Release["state"]): Promise<Release | undefined> {
  const query = select(session).orderBy("number", "desc").limit(1);
  const row = await (state === undefined ? query : query.where("state", "=", state)).executeTakeFirst();
  return row === undefined ? undefined : { ...releaseOf(row), targets: await targetsOf(session, row.number) };
}

async function find(session: EnvironmentSession, number: number): Promise<Release | undefined> {
  const row = await select(session).where("number", "=", number).executeTakeFirst();
  return row === undefined ? undefined : { ...releaseOf(row), targets: await targetsOf(session, number) };
}

async function barredIds({ tx, environment }: EnvironmentSession): Promise<readonly number[]> {
  const query = tx.selectFrom("value").select("id").where("environment", "=", environment.name);
  const rows = await query.where("state", "!=", "live").execute();
  return rows.map(({ id }) => id);
}

/** In pieces, because databases bound the number of parameters; most stores have none to look for. */
async function holding({ tx, environment }: EnvironmentSession, ids: readonly number[]) {
  const found: BoundName[] = [];
  const columns = ["environment", "release", "target", "name"] as const;
  for (let from = 0; from < ids.length; from += 500) {
    const piece = ids.slice(from, from + 500);
    const bound = tx.selectFrom("release_binding").select(columns).where("version_id", "in", piece);
    const within = tx.selectFrom("release_part").select(columns).where("version_id", "in", piece);
    const rows = await tx
      .selectFrom(bound.union(within).as("b"))
      .innerJoin("release_target as t", (join) =>
        join
          .onRef("t.environment", "=", "b.environment")
          .onRef("t.release", "=", "b.release")
          .onRef("t.target", "=", "b.target"),
      )
      .select(["t.target", "t.label", "b.name"])
      .distinct()
      .where("b.environment", "=", environment.name)
      .execute();
    found.push(...rows);
  }
  return found;
}

async function setState(session: EnvironmentSession, number: number, state: Release["state"]): Promise<void> {
  const changed = await session.tx
    .updateTable("release")
    .set({ state })
    .where("environment", "=", session.environment.name)
    .where("number", "=", number)
    .returning("number")
    .execute();
  if (changed.length === 0) throw new AppError("NOT_FOUND", `there is no release r${number}`);
}

async function open(session: EnvironmentSession, number: number, target: string): ReturnType<Releases["open"]> {
  const rows = await sealedBindings(session, number, target);
  const barred = [
    ...rows.filter((row) => row.version_id !== null && row.version_state !== "live").map((row) => row.name),
    ...(await endedParts(session, number, target)),
  ];
  if (barred.length > 0) throw notLive(`r${number} of ${target}`, barred);
  const ids = rows.flatMap((row) => (row.version_id === null ? [] : [row.version_id]));
  const { opened } = await values(session).openAll(ids);
  const result: { name: string; value: Sensitive; sensitive: boolean }[] = [];
  for (const row of rows) {
    // opening it alone gives the error that names the keys
    const value =
      row.version_id === null
        ? openOwn(session, number, target, row)
        : (opened.get(row.version_id) ?? (await values(session).open(row.version_id)));
    result.push({ name: row.name, value, sensitive: row.sensitive === 1 });
  }
  return result;
}

/** Names of what was made of stored values that have ended since. */
async function endedParts({ tx, environment }: EnvironmentSession, number: number, target: string) {
  const rows = await tx
    .selectFrom("release_part as p")
    .innerJoin("value as v", "v.id", "p.version_id")
    .select("p.name")
    .distinct()
    .where("p.environment", "=", environment.name)
    .where("p.release", "=", number)
    .where("p.target", "=", target)
    .where("v.state", "!=", "live")
    .execute();
  return rows.map(({ name }) => name);
}

async function sealedBindings(session: EnvironmentSession, number: number, target: string) {
  const of = [session.environment.name, number, target] as const;
  const known = await session.tx
    .selectFrom("release_target")
    .select("target")
    .where("environment", "=", of[0])
    .where("release", "=", of[1])
    .where("target", "=", of[2])
    .executeTakeFirst();
  if (known === undefined) throw new AppError("NOT_FOUND", `release r${number} has no target ${target}`);
  return session.tx
    .selectFrom("release_binding as b")
    .leftJoin("value as v", "v.id", "b.version_id")
    .select(["b.name", "b.sensitive", "b.version_id", "b.key_wrapped", "b.sealed", "v.state as version_state"])
    .where("b.environment", "=", of[0])
    .where("b.release", "=", of[1])
    .where("b.target", "=", of[2])
    .orderBy("b.position")
    .execute();
}

function openOwn(
  session: EnvironmentSession,
  number: number,
  target: string,
  row: { readonly name: string; readonly key_wrapped: Uint8Array | null; readonly sealed: Uint8Array | null },
): Sensitive {
  const place = bindingPlace(session, { name: row.name, number, target });
  const sealed = { wrapped: Buffer.from(row.key_wrapped ?? []), sealed: Buffer.from(row.sealed ?? []) };
  return openValue(session.keys.root, place, sealed);
}

async function targetsOf({ tx, environment }: EnvironmentSession, number: number): Promise<readonly ReleaseTarget[]> {
  const targets = await tx
    .selectFrom("release_target")
    .select(["target", "label", "digest"])
    .where("environment", "=", environment.name)
    .where("release", "=", number)
    .orderBy("position")
    .execute();
  const rows = await tx
    .selectFrom("release_binding as b")
    .leftJoin("value as v", "v.id", "b.version_id")
    .select([
      "b.target",
      "b.name",
      "b.fingerprint",
      "b.sensitive",
      "b.origin",
      "v.id",
      "v.number",
      "v.service",
      "v.host",
    ])
    .where("b.environment", "=", environment.name)
    .where("b.release", "=", number)
    .orderBy("b.position")
    .execute();
  const bindings = Map.groupBy(rows, (row) => row.target);
  return targets.map((target) => ({ ...target, bindings: (bindings.get(target.target) ?? []).map(bindingOf) }));
}

interface BindingRow {
  readonly name: string;
  readonly fingerprint: string;
  readonly sensitive: number;
  readonly origin: string;
  readonly id: number | null;
  readonly number: number | null;
  readonly service: string | null;
  readonly host: string | null;
}

function bindingOf({ name, fingerprint, sensitive, origin, id, number, service, host }: BindingRow): Binding {
  const scope = scopeOf({ service: service ?? "", host: host ?? "" });
  return {
    name,
    fingerprint: fingerprint as Fingerprint,
    sensitive: sensitive === 1,
    ...(id === null || number === null ? {} : { version: { id, number, scope } }),
    origin,
  };
}

function select({ tx, environment }: EnvironmentSession) {
  return tx.selectFrom("release").selectAll().where("environment", "=", environment.name);
}

function releaseOf(row: Selectable<ReleaseTable>): Omit<Release, "targets"> {
  return { number: row.number, createdAt: row.created_at, actor: row.actor, reason: row.reason, state: row.state };
}
