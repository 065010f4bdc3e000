import { openValue, sealValue } from "#envelope";
import { AppError, type Sensitive } from "#kernel";
import type { Selectable } from "kysely";
import type { Issuance, Issuances } from "./issuance-journal.ts";
import type { IssuanceTable } from "./schema.ts";
import { scopeOf } from "./scope.ts";
import type { EnvironmentSession } from "./session.ts";

/** More than this says nothing more. */
const troubleLimit = 1000;

export function issuances(session: EnvironmentSession): Issuances {
  return {
    intend: (issuance) => intend(session, issuance),
    async find(id) {
      const row = await ofEnvironment(session).where("id", "=", id).executeTakeFirst();
      return row === undefined ? undefined : issuanceOf(row);
    },
    async open() {
      const rows = await ofEnvironment(session).where("state", "!=", "settled").orderBy("position").execute();
      return rows.map(issuanceOf);
    },
    openDraft: (id) => openDraft(session, id),
    note: (id, noted) => change(session, id, { noted }),
    async noted(id) {
      return (await ofEnvironment(session).where("id", "=", id).executeTakeFirst())?.noted ?? undefined;
    },
    move: (id, state) =>
      change(session, id, {
        state,
        attempts: 0,
        next_at: null,
        trouble: null,
        ...(state === "settled" ? { key_wrapped: null, sealed: null } : {}),
      }),
    compromise: (id) => change(session, id, { compromised: 1 }),
    async postpone(id, trouble, nextAt) {
      const attempts = (await issuances(session).find(id))?.attempts ?? 0;
      await change(session, id, { attempts: attempts + 1, trouble: trouble.slice(0, troubleLimit), next_at: nextAt });
    },
  };
}

async function intend(session: EnvironmentSession, issuance: Parameters<Issuances["intend"]>[0]): Promise<void> {
  const { id, name, scope, from, companion, compromised, issuer, draft, actor } = issuance;
  const { service = "", host = "" } = scope;
  const last = await ofEnvironment(session).orderBy("position", "desc").limit(1).executeTakeFirst();
  const { wrapped, sealed } = sealValue(session.keys.root, placeOf(session, { id, name }), draft);
  await session.tx
    .insertInto("issuance")
    .values({
      id,
      environment: session.environment.name,
      position: (last?.position ?? 0) + 1,
      name,
      service,
      host,
      from_version: from,
      companion: companion?.name ?? null,
      companion_from: companion?.from ?? null,
      noted: null,
      compromised: compromised ? 1 : 0,
      issuer,
      state: "intended",
      attempts: 0,
      next_at: null,
      trouble: null,
      actor: actor.name,
      started_at: session.clock.now(),
      key_wrapped: wrapped,
      sealed,
    })
    .execute();
}

async function openDraft(session: EnvironmentSession, id: string): Promise<Sensitive> {
  const row = await ofEnvironment(session).where("id", "=", id).executeTakeFirst();
  if (row === undefined || row.key_wrapped === null || row.sealed === null) {
    throw new AppError("NOT_FOUND", `nothing of ${id} waits`);
  }
  const sealed = { wrapped: Buffer.from(row.key_wrapped), sealed: Buffer.from(row.sealed) };
  return openValue(session.keys.root, placeOf(session, row), sealed);
}

async function change(session: EnvironmentSession, id: string, values: Partial<Selectable<IssuanceTable>>) {
  const changed = await session.tx
    .updateTable("issuance")
    .set(values)
    .where("environment", "=", session.environment.name)
    .where("id", "=", id)
    .where("state", "!=", "settled")
    .returning("id")
    .execute();
  if (changed.length === 0) throw new AppError("NOT_FOUND", `nothing of ${id} waits`);
}

function ofEnvironment({ tx, environment }: EnvironmentSession) {
  return tx.selectFrom("issuance").selectAll().where("environment", "=", environment.name);
}

/** No value, release or setting is kept at a place with such a target. */
function placeOf({ keyring, environment }: EnvironmentSession, { id, name }: Pick<Issuance, "id" | "name">) {
  return { store: keyring.store, environment: environment.name, name, target: `issuance ${id}` };
}

function issuanceOf(row: Selectable<IssuanceTable>): Issuance {
  const { id, name, issuer, state, attempts, actor } = row;
  return {
    id,
    name,
    scope: scopeOf(row),
    from: row.from_version,
    ...(row.companion === null || row.companion_from === null
      ? {}
      : { companion: { name: row.companion, from: row.companion_from } }),
    compromised: row.compromised === 1,
    issuer,
    state,
    attempts,
    ...(row.next_at === null ? {} : { nextAt: row.next_at }),
    ...(row.trouble === null ? {} : { trouble: row.trouble }),
    actor,
    startedAt: row.started_at,
  };
}
