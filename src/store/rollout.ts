import { AppError } from "#kernel";
import type { Selectable } from "kysely";
import type { RolloutTable } from "./schema.ts";
import type { EnvironmentSession } from "./session.ts";
import type { JournalStep, Rollout, Rollouts } from "./store.ts";

/** More than this says nothing more about a step. */
const detailLimit = 4000;

export function rollouts(session: EnvironmentSession): Rollouts {
  return {
    begin: (rollout) => begin(session, rollout),
    append: (id, step) => append(session, id, step),
    finish: (id, state) => finish(session, id, state),
    find: async (id) => one(await select(session).where("id", "=", id).execute()),
    open: async () => one(await select(session).where("state", "=", "running").execute()),
    async latest(limit) {
      // a plan may be long
      const query = session.tx
        .selectFrom("rollout")
        .select(["id", "kind", "release", "state", "actor", "started_at", "ended_at"]);
      const own = query.where("environment", "=", session.environment.name);
      return (await own.orderBy("position", "desc").limit(limit).execute()).map(listedOf);
    },
    steps: (id) => steps(session, id),
  };
}

async function begin(session: EnvironmentSession, rollout: Parameters<Rollouts["begin"]>[0]): Promise<void> {
  const running = one(await select(session).where("state", "=", "running").execute());
  if (running !== undefined) throw new AppError("ALREADY_EXISTS", `rollout ${running.id} has not ended`);
  const [latest] = await select(session).orderBy("position", "desc").limit(1).execute();
  const { id, kind, release, plan, actor } = rollout;
  await session.tx
    .insertInto("rollout")
    .values({
      id,
      environment: session.environment.name,
      position: (latest?.position ?? 0) + 1,
      kind,
      release,
      state: "running",
      actor: actor.name,
      started_at: session.clock.now(),
      ended_at: null,
      plan: JSON.stringify(plan),
    })
    .execute();
}

async function append(session: EnvironmentSession, id: string, step: Omit<JournalStep, "seq" | "at">): Promise<void> {
  await mustExist(session, id);
  const last = await session.tx
    .selectFrom("rollout_step")
    .select((eb) => eb.fn.max("seq").as("seq"))
    .where("rollout", "=", id)
    .executeTakeFirst();
  const row = { rollout: id, seq: (last?.seq ?? 0) + 1, at: session.clock.now() };
  const { target, state } = step;
  const detail = step.detail.slice(0, detailLimit);
  await session.tx
    .insertInto("rollout_step")
    .values({ ...row, target, step: step.step, state, detail })
    .execute();
}

async function finish(session: EnvironmentSession, id: string, state: Rollout["state"]): Promise<void> {
  const ended = await session.tx
    .updateTable("rollout")
    .set({ state, ended_at: session.clock.now() })
    .where("environment", "=", session.environment.name)
    .where("id", "=", id)
    .where("state", "=", "running")
    .returning("id")
    .execute();
  if (ended.length === 0) throw new AppError("NOT_FOUND", `no rollout ${id} is running`);
}

async function steps(session: EnvironmentSession, id: string): Promise<readonly JournalStep[]> {
  await mustExist(session, id);
  return session.tx
    .selectFrom("rollout_step")
    .select(["seq", "at", "target", "step", "state", "detail"])
    .where("rollout", "=", id)
    .orderBy("seq")
    .execute();
}

async function mustExist(session: EnvironmentSession, id: string): Promise<void> {
  const [row] = await select(session).where("id", "=", id).execute();
  if (row === undefined) throw new AppError("NOT_FOUND", `there is no rollout ${id}`);
}

function select({ tx, environment }: EnvironmentSession) {
  return tx.selectFrom("rollout").selectAll().where("environment", "=", environment.name);
}

function one(rows: readonly Selectable<RolloutTable>[]): Rollout | undefined {
  const [row] = rows;
  return row === undefined ? undefined : rolloutOf(row);
}

function rolloutOf(row: Selectable<RolloutTable>): Rollout {
  return { ...listedOf(row), plan: planOf(row.plan) };
}

function listedOf(row: Omit<Selectable<RolloutTable>, "plan" | "environment" | "position">): Omit<Rollout, "plan"> {
  return {
    id: row.id,
    kind: row.kind,
    release: row.release,
    state: row.state,
    actor: row.actor,
    startedAt: row.started_at,
    ...(row.ended_at === null ? {} : { endedAt: row.ended_at }),
  };
}

function planOf(plan: string): unknown {
  try {
    return JSON.parse(plan) as unknown;
  } catch {
    // the parser's message quotes the text, so it is no cause
    throw new AppError("STORE_BROKEN", "the plan of a rollout can't be read");
  }
}
