import { openValue, sealValue } from "#envelope";
import { AppError, Sensitive, type Fingerprint } from "#kernel";
import type { Selectable } from "kysely";
import type { NewSetting, Setting, SettingContent, Settings } from "./runtime.ts";
import type { SettingTable } from "./schema.ts";
import type { EnvironmentSession } from "./session.ts";

export function settings(session: EnvironmentSession): Settings {
  return {
    save: (setting) => save(session, setting),
    async list() {
      const rows = await ofEnvironment(session).orderBy("revision", "desc").execute();
      const waiting = await waitingOf(session);
      return rows.map((row) => settingOf(session, row, waiting.get(row.revision)));
    },
    async setRollout(revision, rollout) {
      const { tx, environment } = session;
      await tx
        .updateTable("global_settings")
        .set({ rollout })
        .where("environment", "=", environment.name)
        .where("revision", "=", revision)
        .execute();
      await settle(session, revision);
    },
    settle: (revision) => settle(session, revision),
  };
}

async function save(session: EnvironmentSession, setting: NewSetting): Promise<Setting> {
  const last = await ofEnvironment(session).orderBy("revision", "desc").limit(1).executeTakeFirst();
  const revision = (last?.revision ?? 0) + 1;
  const { provider, origin, earlier, check, actor, content, waits } = setting;
  const text = Sensitive.of(JSON.stringify(content));
  const { wrapped, sealed } = sealValue(session.keys.root, placeOf(session, provider, revision), text);
  const row = {
    environment: session.environment.name,
    revision,
    provider,
    origin,
    earlier: earlier ?? null,
    state: check,
    actor: actor.name,
    created_at: session.clock.now(),
    rollout: null,
    key_wrapped: wrapped,
    sealed,
  };
  await session.tx.insertInto("global_settings").values(row).execute();
  if (waits !== undefined) {
    const intent = { environment: session.environment.name, revision, how: waits };
    await session.tx.insertInto("setting_intent").values(intent).execute();
  }
  return settingOf(session, row, waits);
}

async function settle({ tx, environment }: EnvironmentSession, revision: number): Promise<void> {
  const own = tx.deleteFrom("setting_intent").where("environment", "=", environment.name);
  await own.where("revision", "=", revision).execute();
}

async function waitingOf({ tx, environment }: EnvironmentSession): Promise<ReadonlyMap<number, Setting["waits"]>> {
  const own = tx.selectFrom("setting_intent").selectAll().where("environment", "=", environment.name);
  return new Map((await own.execute()).map(({ revision, how }) => [revision, how]));
}

function ofEnvironment({ tx, environment }: EnvironmentSession) {
  return tx.selectFrom("global_settings").selectAll().where("environment", "=", environment.name);
}

function settingOf(session: EnvironmentSession, row: Selectable<SettingTable>, waits: Setting["waits"]): Setting {
  const { revision, provider, origin, earlier, state, actor, created_at, rollout } = row;
  const content = openContent(session, row);
  return {
    revision,
    provider,
    origin,
    check: state,
    actor,
    createdAt: created_at,
    ...(earlier === null ? {} : { earlier }),
    ...(rollout === null ? {} : { rollout }),
    ...(waits === undefined ? {} : { waits }),
    ...(content === undefined ? {} : { content }),
  };
}

/** A row that can't be read is shown as such; the others stay readable. */
function openContent(session: EnvironmentSession, row: Selectable<SettingTable>): SettingContent | undefined {
  const sealed = { wrapped: Buffer.from(row.key_wrapped), sealed: Buffer.from(row.sealed) };
  try {
    const text = openValue(session.keys.root, placeOf(session, row.provider, row.revision), sealed);
    return readContent(JSON.parse(text.reveal().toString("utf8")));
  } catch (error) {
    if (error instanceof SyntaxError || (error instanceof AppError && error.code === "SEAL_BROKEN")) return undefined;
    throw error;
  }
}

function readContent(content: unknown): SettingContent | undefined {
  if (typeof content !== "object" || content === null || !("fields" in content)) return undefined;
  const { fields } = content;
  if (!Array.isArray(fields) || !fields.every(isField)) return undefined;
  const reason = "reason" in content && typeof content.reason === "string" ? { reason: content.reason } : {};
  return { fields, ...reason };
}

function isField(field: unknown): field is SettingContent["fields"][number] {
  if (typeof field !== "object" || field === null) return false;
  const { id, variable, version, fingerprint } = field as Readonly<Record<string, unknown>>;
  const texts = [id, variable, fingerprint].every((one) => typeof one === "string");
  return texts && Number.isSafeInteger(version) && (fingerprint as Fingerprint) !== "";
}

/** A value's place has no target, and a release's has one with an `@`. */
function placeOf({ keyring, environment }: EnvironmentSession, provider: string, revision: number) {
  return {
    store: keyring.store,
    environment: environment.name,
    name: provider,
    number: revision,
    target: "global_settings",
  };
}
