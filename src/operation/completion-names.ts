import { targetId } from "#contract";
import type { Context } from "./context.ts";

export interface CompletionNames {
  readonly services: readonly string[];
  readonly hosts: readonly string[];
  readonly variables: readonly string[];
  /** `service@host` */
  readonly targets: readonly string[];
}

/** Names of one environment, for completion. */
export async function completionNames(context: Context): Promise<CompletionNames> {
  const { platform } = await context.loadPlatform();
  const { services, hosts } = platform;
  return {
    services: services.map(({ name }) => name),
    hosts: hosts.map(({ name }) => name),
    variables: services.flatMap(({ contract }) => contract.variables.map(({ name }) => name)),
    targets: services.flatMap((service) => service.hosts.map((host) => targetId(service.name, host))),
  };
}
