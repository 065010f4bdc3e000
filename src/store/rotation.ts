import { AppError } from "#kernel";
import type { Selectable } from "kysely";
import { rotates, type Rotation, type RotationEntry, type Rotations, type RotationStep } from "./rotation-journal.ts";
import type { RotationTable } from "./schema.ts";
import { scopeOf } from "./scope.ts";
import type { EnvironmentSession } from "./session.ts";

/** More than this says nothing more. */
const detailLimit = 4000;

export function rotations(session: EnvironmentSession): Rotations {
  return {
    begin: (rotation) => begin(session, rotation),
    async find(id) {
      const row = await ofEnvironment(session).where("id", "=", id).executeTakeFirst();
      return row === undefined ? undefined : rotationOf(row);
    },
    open: () => open(session),
    async latest(limit) {
      return (await ofEnvironment(session).orderBy("position", "desc").limit(limit).execute()).map(rotationOf);
    },
    move: (id, step, rollout) => change(session, id, { step, rollout: rollout ?? null }),
    compromise: (id, steps, step) =>
      change(session, id, { compromised: 1, steps: JSON.stringify(steps), step, rollout: null }),
    end: (id, state) => change(session, id, { state, ended_at: session.clock.now() }),
    append: (id, entry) => append(session, id, entry),
    entries: (id) => entries(session, id),
  };
}

async function open(session: EnvironmentSession): Promise<readonly Rotation[]> {
  return (await ofEnvironment(session).where("state", "=", "open").orderBy("position").execute()).map(rotationOf);
}

async function begin(session: EnvironmentSession, rotation: Parameters<Rotations["begin"]>[0]): Promise<void> {
  const { id, name, scope, from, to, companion, compromised, steps, actor } = rotation;
  const { service = "", host = "" } = scope;
  const names = [name, ...(companion === undefined ? [] : [companion.name])];
  for (const one of await open(session)) {
    const same = names.find((wanted) => rotates(one, wanted));
    const isThere = one.scope.service === scope.service && one.scope.host === scope.host;
    if (same !== undefined && isThere) throw new AppError("ROTATION_OPEN", `${one.id} rotates ${same} already`);
  }
  const last = await ofEnvironment(session).orderBy("position", "desc").limit(1).executeTakeFirst();
  await session.tx
    .insertInto("rotation")
    .values({
      id,
      environment: session.environment.name,
      position: (last?.position ?? 0) + 1,
      name,
      service,
      host,
      from_version: from,
      to_version: to,
      companion: companion?.name ?? null,
      companion_from: companion?.from ?? null,
      companion_to: companion?.to ?? null,
      state: "open",
      compromised: compromised ? 1 : 0,
      step: 0,
      steps: JSON.stringify(steps),
      rollout: null,
      actor: actor.name,
      started_at: session.clock.now(),
      ended_at: null,
    })
    .execute();
}

async function change(
  session: EnvironmentSession,
  id: string,
  values: Partial<Pick<RotationTable, "step" | "steps" | "rollout" | "state" | "compromised" | "ended_at">>,
): Promise<void> {
  const changed = await session.tx
    .updateTable("rotation")
    .set(values)
    .where("environment", "=", session.environment.name)
    .where("id", "=", id)
    .where("state", "=", "open")
    .returning("id")
    .execute();
  if (changed.length === 0) throw new AppError("NOT_FOUND", `no rotation ${id} is open`);
}

async function append(session: EnvironmentSession, id: string, entry: Omit<RotationEntry, "seq" | "at">) {
  const last = await session.tx
    .selectFrom("rotation_entry")
    .select((eb) => eb.fn.max("seq").as("seq"))
    .where("rotation", "=", id)
    .executeTakeFirst();
  const { step, kind, subject, detail } = entry;
  const row = { rotation: id, seq: (last?.seq ?? 0) + 1, at: session.clock.now(), step, kind, subject };
  await session.tx
    .insertInto("rotation_entry")
    .values({ ...row, detail: detail.slice(0, detailLimit) })
    .execute();
}

async function entries(session: EnvironmentSession, id: string): Promise<readonly RotationEntry[]> {
  return session.tx
    .selectFrom("rotation_entry as e")
    .innerJoin("rotation as r", "r.id", "e.rotation")
    .select(["e.seq", "e.at", "e.step", "e.kind", "e.subject", "e.detail"])
    .where("r.environment", "=", session.environment.name)
    .where("e.rotation", "=", id)
    .orderBy("e.seq")
    .execute();
}

function ofEnvironment({ tx, environment }: EnvironmentSession) {
  return tx.selectFrom("rotation").selectAll().where("environment", "=", environment.name);
}

function rotationOf(row: Selectable<RotationTable>): Rotation {
  return {
    id: row.id,
    name: row.name,
    scope: scopeOf(row),
    from: row.from_version,
    to: row.to_version,
    ...companionOf(row),
    state: row.state,
    compromised: row.compromised === 1,
    steps: stepsOf(row.steps),
    step: row.step,
    ...(row.rollout === null ? {} : { rollout: row.rollout }),
    actor: row.actor,
    startedAt: row.started_at,
    ...(row.ended_at === null ? {} : { endedAt: row.ended_at }),
  };
}

function companionOf({ companion: name, companion_from: from, companion_to: to }: Selectable<RotationTable>) {
  return name === null || from === null || to === null ? {} : { companion: { name, from, to } };
}

const phases: ReadonlySet<unknown> = new Set(["accept", "switch", "swap", "forget"]);

function stepsOf(text: string): readonly RotationStep[] {
  const steps = parse(text);
  if (Array.isArray(steps) && steps.every(isStep)) return steps;
  throw new AppError("STORE_BROKEN", "the steps of a rotation can't be read");
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function isStep(step: unknown): step is RotationStep {
  if (typeof step !== "object" || step === null) return false;
  const { phase, services } = step as Readonly<Record<string, unknown>>;
  return phases.has(phase) && Array.isArray(services) && services.every((one) => typeof one === "string");
}
