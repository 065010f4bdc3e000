import { isSetting, placeOf, versionFor } from "#binding";
import type { Platform, Service } from "#contract";
import type { EnvironmentStore, Rotation, Scope, Version } from "#store";
import { inEnvironment, type Context } from "../context.ts";
import { loadDeployed } from "../deploy/deployed.ts";

/** Services with the hosts alone on which this version is the one that applies. */
async function servicesWith(
  environment: Pick<EnvironmentStore, "values">,
  platform: Pick<Platform, "services">,
  { id, name }: Pick<Version, "id" | "name">,
): Promise<readonly Service[]> {
  const present = (await environment.values.present()).filter((version) => version.name === name);
  const isGiven = (service: Service, host: string) => versionFor(present, placeOf(service, host))?.winner.id === id;
  return platform.services.flatMap((service) => {
    const hosts = service.hosts.filter((host) => isGiven(service, host));
    return hosts.length === 0 ? [] : [{ ...service, hosts }];
  });
}

/**
 * What an open rotation changes of these services, as a part of the platform: where another value applies, nobody is asked and
 * nothing is waited for. A service that has it nowhere any more is named as it is.
 */
export async function reachOf(
  context: Context,
  { name, to }: Pick<Rotation, "name" | "to">,
  bases: readonly string[],
): Promise<readonly string[]> {
  const { platform } = await loadDeployed(context);
  const given = await inEnvironment(context, (environment) => servicesWith(environment, platform, { id: to, name }));
  return partOf(platform, given, bases);
}

/** `fleet`, or `fleet@fleet1` for some of its hosts. */
export function partOf(
  { services }: Pick<Platform, "services">,
  given: readonly Service[],
  bases: readonly string[],
): readonly string[] {
  return bases.flatMap((base) => {
    const own = hostsOf(given, base);
    if (own.size === 0 || own.size === hostsOf(services, base).size) return [base];
    return [...own].map((host) => `${base}@${host}`);
  });
}

function hostsOf(services: readonly Service[], base: string): ReadonlySet<string> {
  return new Set(services.filter((service) => service.base === base).flatMap(({ hosts }) => hosts));
}

/** The services and hosts of which a value with this scope is; narrower ones may hide it there. */
export function withinScope(platform: Platform, scope: Scope): Platform {
  const { service, host } = scope;
  const services = platform.services
    .filter(({ base, perUser }) => (isSetting({ scope }) ? perUser !== undefined : (service ?? base) === base))
    .map((one) => ({ ...one, hosts: one.hosts.filter((each) => (host ?? each) === each) }));
  return { ...platform, services };
}
