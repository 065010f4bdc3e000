import type { InstanceObservation } from "#host";
import type { StoredRuntime } from "#store";
import { demand } from "../authority.ts";
import { readEnvironment, type Context } from "../context.ts";
import { loadDeployed } from "../deploy/deployed.ts";
import { observePlatform } from "../deploy/survey.ts";
import { targetOf } from "./runtime.ts";

export interface ListedRuntime extends Pick<StoredRuntime, "service" | "user" | "host" | "createdAt"> {
  readonly target: string;
  /** `unknown` where its machine does not answer, or the manifest lost it */
  readonly state: InstanceObservation["state"] | "unknown";
  readonly release?: string;
}

/** What runs for users, as their machines see it now. */
export async function listRuntimes(context: Context): Promise<readonly ListedRuntime[]> {
  demand(context, "viewer");
  const { platform } = await loadDeployed(context);
  const runtimes = await readEnvironment(context, ({ userRuntimes }) => userRuntimes.list());
  const services = platform.services.filter(({ user }) => user !== undefined);
  const { observations } = await observePlatform(context, { ...platform, services });
  return runtimes.map((runtime) => {
    const target = targetOf(runtime);
    const found = observations.get(target);
    const { service, user, host, createdAt } = runtime;
    return {
      service,
      user,
      host,
      createdAt,
      target,
      state: found?.instances[0]?.state ?? "unknown",
      ...(found?.record === undefined ? {} : { release: found.record.release }),
    };
  });
}
