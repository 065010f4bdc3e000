import { newKey, scanKey, wrapForRecovery, wrapKey } from "#envelope";
import { AppError, fingerprint, Sensitive } from "#kernel";
import { findings } from "./finding.ts";
import { issuances } from "./issuance.ts";
import { grants } from "./grant.ts";
import { currentKeyring, rootPlace } from "./keyring.ts";
import { lease } from "./lease.ts";
import { probes } from "./probe.ts";
import { releases } from "./release.ts";
import { settings } from "./setting.ts";
import { userRuntimes } from "./user-runtime.ts";
import { rollouts } from "./rollout.ts";
import { rotations } from "./rotation.ts";
import type { EnvironmentRecord } from "./schema.ts";
import type { EnvironmentSession, Session } from "./session.ts";
import type { EnvironmentRow, EnvironmentStore, Transaction } from "./store.ts";
import { values } from "./value.ts";

export function environments({ tx }: Session): Transaction["environments"] {
  return {
    async list() {
      const rows = await tx.selectFrom("environment").selectAll().orderBy("name").execute();
      return rows.map(rowOf);
    },
  };
}

export async function openEnvironment(
  session: Session,
  name: string,
  { production = false }: { readonly production?: boolean },
): Promise<EnvironmentStore> {
  const known = await session.tx.selectFrom("environment").selectAll().where("name", "=", name).executeTakeFirst();
  const record = known ?? (await makeEnvironment(session, name));
  const marked = production && record.production === 0 ? await markProduction(session, record) : record;
  return roomsOf({ ...session, environment: rowOf(marked), keys: session.keyring.environment(marked) });
}

export async function findEnvironment(session: Session, name: string): Promise<EnvironmentStore | undefined> {
  const record = await session.tx.selectFrom("environment").selectAll().where("name", "=", name).executeTakeFirst();
  if (record === undefined) return undefined;
  return roomsOf({ ...session, environment: rowOf(record), keys: session.keyring.environment(record) });
}

function roomsOf(session: EnvironmentSession): EnvironmentStore {
  return {
    row: session.environment,
    fingerprint: (name, value) => fingerprint(session.keys.fingerprint, name, value.reveal()),
    scanKey: () => Sensitive.of(scanKey(session.keys.root)),
    values: values(session),
    grants: grants(session),
    releases: releases(session),
    rollouts: rollouts(session),
    lease: lease(session),
    probes: probes(session),
    settings: settings(session),
    userRuntimes: userRuntimes(session),
    rotations: rotations(session),
    issuances: issuances(session),
    findings: findings(session),
  };
}

async function makeEnvironment(session: Session, name: string): Promise<EnvironmentRecord> {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(name)) {
    throw new AppError("NAME_INVALID", "that is no name for an environment", {
      hint: "letters, digits, dots, hyphens and underscores, at most 63, as in production or eu-1",
    });
  }
  const { tx, keyring, clock } = session;
  const { recipient } = await currentKeyring(tx, keyring);
  const root = newKey();
  const record: EnvironmentRecord = {
    name,
    epoch: 1,
    production: 0,
    created_at: clock.now(),
    root_key_id: root.id,
    root_wrapped: wrapKey(keyring.kek, rootPlace(keyring.store, name), root),
    root_recovery: recipient === null ? null : await wrapForRecovery(recipient, keyring.store, name, root),
  };
  await tx.insertInto("environment").values(record).execute();
  return record;
}

async function markProduction({ tx }: Session, record: EnvironmentRecord): Promise<EnvironmentRecord> {
  await tx.updateTable("environment").set({ production: 1 }).where("name", "=", record.name).execute();
  return { ...record, production: 1 };
}

function rowOf(record: EnvironmentRecord): EnvironmentRow {
  return {
    name: record.name,
    epoch: record.epoch,
    production: record.production === 1,
    createdAt: record.created_at,
  };
}
