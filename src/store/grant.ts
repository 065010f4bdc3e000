import type { EnvironmentSession } from "./session.ts";
import type { Grant, Grants } from "./store.ts";

export function grants({ tx, environment, clock }: EnvironmentSession): Grants {
  return {
    async list() {
      const query = tx.selectFrom("service_grant").selectAll().where("environment", "=", environment.name);
      const rows = await query.orderBy("service").orderBy("name").orderBy("kind").execute();
      return rows.map(({ service, name, kind, actor, created_at }): Grant => {
        return { service, name, kind, actor, createdAt: created_at };
      });
    },
    async give({ service, name, kind, actor }) {
      const row = { environment: environment.name, service, name, kind, actor, created_at: clock.now() };
      const added = await tx
        .insertInto("service_grant")
        .values(row)
        .onConflict((conflict) => conflict.columns(["environment", "service", "name", "kind"]).doNothing())
        .returning("name")
        .execute();
      return added.length === 1;
    },
    async take({ service, name, kind }) {
      const removed = await tx
        .deleteFrom("service_grant")
        .where("environment", "=", environment.name)
        .where("service", "=", service)
        .where("name", "=", name)
        .where("kind", "=", kind)
        .returning("name")
        .execute();
      return removed.length === 1;
    },
  };
}
