import { AppError } from "#kernel";
import type { Selectable } from "kysely";
import type { StoredRuntime, UserRuntimes } from "./runtime.ts";
import type { UserRuntimeTable } from "./schema.ts";
import type { EnvironmentSession } from "./session.ts";

export function userRuntimes(session: EnvironmentSession): UserRuntimes {
  return {
    async list() {
      return (await ofEnvironment(session).orderBy("service").orderBy("user_id").execute()).map(runtimeOf);
    },
    add: (runtime) => add(session, runtime),
    remove: (runtime) => remove(session, runtime),
  };
}

/** The lowest seat that is free on the host: a local process listens that far behind the first port. */
async function add(session: EnvironmentSession, runtime: Parameters<UserRuntimes["add"]>[0]): Promise<StoredRuntime> {
  const { service, user, host, actor } = runtime;
  const others = await ofEnvironment(session).where("service", "=", service).execute();
  if (others.some((one) => one.user_id === user)) {
    throw new AppError("ALREADY_EXISTS", `${user} has a runtime of ${service} already`);
  }
  const taken = new Set(others.filter((one) => one.host === host).map(({ seat }) => seat));
  let seat = 0;
  while (taken.has(seat)) seat += 1;
  const row = {
    environment: session.environment.name,
    service,
    user_id: user,
    host,
    seat,
    actor: actor.name,
    created_at: session.clock.now(),
  };
  await session.tx.insertInto("user_runtime").values(row).execute();
  return runtimeOf(row);
}

async function remove(
  { tx, environment }: EnvironmentSession,
  { service, user }: Parameters<UserRuntimes["remove"]>[0],
): Promise<boolean> {
  const gone = await tx
    .deleteFrom("user_runtime")
    .where("environment", "=", environment.name)
    .where("service", "=", service)
    .where("user_id", "=", user)
    .returning("seat")
    .execute();
  return gone.length > 0;
}

function ofEnvironment({ tx, environment }: EnvironmentSession) {
  return tx.selectFrom("user_runtime").selectAll().where("environment", "=", environment.name);
}

function runtimeOf(row: Selectable<UserRuntimeTable>): StoredRuntime {
  const { service, user_id, host, seat, actor, created_at } = row;
  return { service, user: user_id, host, seat, actor, createdAt: created_at };
}
