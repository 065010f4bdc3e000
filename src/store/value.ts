import { openValue, sealValue } from "#envelope";
import { AppError, fingerprint, type Fingerprint, type Sensitive } from "#kernel";
import type { Selectable } from "kysely";
import { currentKeyring } from "./keyring.ts";
import { openHint } from "./rotation-journal.ts";
import type { ValueTable } from "./schema.ts";
import { scopeOf, type Scope } from "./scope.ts";
import type { EnvironmentSession } from "./session.ts";
import type { NewValue, Values, Version } from "./store.ts";

type VersionRecord = Omit<Selectable<ValueTable>, "key_wrapped" | "sealed">;

const versionColumns = [
  "id",
  "environment",
  "name",
  "service",
  "host",
  "number",
  "state",
  "sensitive",
  "fingerprint",
  "origin",
  "actor",
  "created_at",
] as const;

export function values(session: EnvironmentSession): Values {
  return {
    put: (value) => put(session, value),
    present: () => present(session),
    history: (name, scope) => history(session, name, scope),
    all: async () => (await select(session).orderBy("id").execute()).map(versionOf),
    find: (id) => find(session, id),
    open: (id) => open(session, id),
    openAll: (ids) => openAll(session, ids),
    setState: (id, state) => setState(session, id, state),
  };
}

async function put(session: EnvironmentSession, value: NewValue): ReturnType<Values["put"]> {
  checkName(value.name);
  const mark = fingerprint(session.keys.fingerprint, value.name, value.value.reveal());
  const versions = await ofScope(session, value.name, value.scope);
  const current = versions.findLast((version) => version.state === "live");
  if (current !== undefined && (await sameContent(session, current, mark, value))) {
    return { kind: "unchanged", version: current };
  }
  await refuseRotated(session, value);
  await refuseCompromised(session, value.name, mark);
  if (value.sensitive) await requireRecovery(session);
  return { kind: "stored", version: await insert(session, value, mark, (versions.at(-1)?.number ?? 0) + 1) };
}

async function present({ tx, environment }: EnvironmentSession): Promise<readonly Version[]> {
  const rows = await tx
    .selectFrom("value as v")
    .select(versionColumns)
    .where("v.environment", "=", environment.name)
    .where("v.state", "=", "live")
    .where("v.number", "=", (eb) =>
      eb
        .selectFrom("value as newer")
        .select((max) => max.fn.max("newer.number").as("number"))
        .whereRef("newer.environment", "=", "v.environment")
        .whereRef("newer.name", "=", "v.name")
        .whereRef("newer.service", "=", "v.service")
        .whereRef("newer.host", "=", "v.host")
        .where("newer.state", "=", "live"),
    )
    .orderBy("v.name")
    .orderBy("v.service")
    .orderBy("v.host")
    .execute();
  return rows.map(versionOf);
}

async function history(session: EnvironmentSession, name: string, scope?: Scope): Promise<readonly Version[]> {
  if (scope !== undefined) return ofScope(session, name, scope);
  const rows = await select(session).where("name", "=", name).orderBy("id").execute();
  return rows.map(versionOf);
}

async function find(session: EnvironmentSession, id: number): Promise<Version | undefined> {
  const row = await select(session).where("id", "=", id).executeTakeFirst();
  return row === undefined ? undefined : versionOf(row);
}

async function open(session: EnvironmentSession, id: number): Promise<Sensitive> {
  const [row] = await sealedRows(session, [id]);
  if (row === undefined) throw new AppError("NOT_FOUND", `there is no version with id ${id}`);
  return openRow(session, row);
}

async function openAll(session: EnvironmentSession, ids: readonly number[]): ReturnType<Values["openAll"]> {
  const opened = new Map<number, Sensitive>();
  for (const row of await sealedRows(session, ids)) {
    try {
      opened.set(row.id, openRow(session, row));
    } catch (error) {
      if (!(error instanceof AppError && error.code === "SEAL_BROKEN")) throw error;
    }
  }
  return { opened, broken: [...new Set(ids)].filter((id) => !opened.has(id)) };
}

async function setState(session: EnvironmentSession, id: number, state: Version["state"]): Promise<void> {
  const version = await find(session, id);
  if (version === undefined) throw new AppError("NOT_FOUND", `there is no version with id ${id}`);
  const order: readonly Version["state"][] = ["live", "retired", "compromised"];
  if (order.indexOf(state) < order.indexOf(version.state)) {
    throw new AppError("VALUES_INVALID", `${version.name} version ${version.number} is ${version.state} for good`, {
      hint: "set the value again: that makes a new version",
    });
  }
  await session.tx
    .updateTable("value")
    .set({ state })
    .where("environment", "=", session.environment.name)
    .where("id", "=", id)
    .execute();
}

function checkName(name: string): void {
  if (/^[A-Za-z_][A-Za-z0-9_]{0,254}$/.test(name)) return;
  throw new AppError("NAME_INVALID", "that is no name for a variable");
}

async function ofScope(session: EnvironmentSession, name: string, scope: Scope): Promise<readonly Version[]> {
  const rows = await select(session)
    .where("name", "=", name)
    .where("service", "=", scope.service ?? "")
    .where("host", "=", scope.host ?? "")
    .orderBy("number")
    .execute();
  return rows.map(versionOf);
}

/** A row that no longer opens counts as different, so that setting the value again mends it. */
async function sameContent(session: EnvironmentSession, current: Version, mark: Fingerprint, value: NewValue) {
  if (current.fingerprint !== mark || current.sensitive !== value.sensitive) return false;
  const { opened } = await openAll(session, [current.id]);
  return opened.get(current.id)?.equals(value.value) ?? false;
}

/** Its holders are on their way from one version to another: a third would overtake them. */
async function refuseRotated({ tx, environment }: EnvironmentSession, { name, scope }: NewValue): Promise<void> {
  const row = await tx
    .selectFrom("rotation")
    .select("id")
    .where("environment", "=", environment.name)
    .where((eb) => eb.or([eb("name", "=", name), eb("companion", "=", name)]))
    .where("service", "=", scope.service ?? "")
    .where("host", "=", scope.host ?? "")
    .where("state", "=", "open")
    .executeTakeFirst();
  if (row === undefined) return;
  throw new AppError(
    "ROTATION_OPEN",
    `${name} is being rotated (${row.id}): it takes no other value until that has ended`,
    { hint: openHint(name) },
  );
}

/** A leftover file must not bring back what an attacker knows. */
async function refuseCompromised(session: EnvironmentSession, name: string, mark: Fingerprint): Promise<void> {
  const query = select(session).where("name", "=", name).where("fingerprint", "=", mark);
  const row = await query.where("state", "=", "compromised").executeTakeFirst();
  if (row === undefined) return;
  throw new AppError("VALUES_INVALID", `this value of ${name} was marked compromised as version ${row.number}`, {
    hint: "make a new one where it is issued",
  });
}

async function requireRecovery({ tx, keyring, environment }: EnvironmentSession): Promise<void> {
  if (!environment.production) return;
  const { recovery_proved_at } = await currentKeyring(tx, keyring);
  if (recovery_proved_at !== null) return;
  throw new AppError("RECOVERY_UNPROVED", `${environment.name} takes no secret before the recovery drill has passed`);
}

async function insert(session: EnvironmentSession, value: NewValue, mark: Fingerprint, number: number) {
  const { service = "", host = "" } = value.scope;
  const place = placeOf(session, { name: value.name, service, host, number });
  const { wrapped, sealed } = sealValue(session.keys.root, place, value.value);
  const row = {
    environment: session.environment.name,
    name: value.name,
    service,
    host,
    number,
    state: "live",
    sensitive: value.sensitive ? 1 : 0,
    fingerprint: mark,
    origin: value.origin,
    actor: value.actor.name,
    created_at: session.clock.now(),
  } as const;
  const { id } = await session.tx
    .insertInto("value")
    .values({ ...row, key_wrapped: wrapped, sealed })
    .returning("id")
    .executeTakeFirstOrThrow();
  return versionOf({ ...row, id });
}

function select({ tx, environment }: EnvironmentSession) {
  return tx.selectFrom("value").select(versionColumns).where("environment", "=", environment.name);
}

/** In pieces, because databases bound the number of parameters. */
async function sealedRows({ tx, environment }: EnvironmentSession, ids: readonly number[]) {
  const rows: Selectable<ValueTable>[] = [];
  for (let from = 0; from < ids.length; from += 500) {
    const piece = ids.slice(from, from + 500);
    const query = tx
      .selectFrom("value")
      .select([...versionColumns, "key_wrapped", "sealed"])
      .where("environment", "=", environment.name);
    rows.push(...(await query.where("id", "in", piece).orderBy("id").execute()));
  }
  return rows;
}

function openRow(session: EnvironmentSession, row: Selectable<ValueTable>): Sensitive {
  const sealed = { wrapped: Buffer.from(row.key_wrapped), sealed: Buffer.from(row.sealed) };
  return openValue(session.keys.root, placeOf(session, row), sealed);
}

function placeOf(
  { keyring, environment }: EnvironmentSession,
  { name, service, host, number }: Pick<ValueTable, "name" | "service" | "host" | "number">,
) {
  return { store: keyring.store, environment: environment.name, name, service, host, number };
}

function versionOf(row: VersionRecord): Version {
  return {
    id: row.id,
    name: row.name,
    scope: scopeOf(row),
    number: row.number,
    state: row.state,
    sensitive: row.sensitive === 1,
    fingerprint: row.fingerprint as Fingerprint,
    origin: row.origin,
    actor: row.actor,
    createdAt: row.created_at,
  };
}
