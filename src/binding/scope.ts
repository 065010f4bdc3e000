import type { Service } from "#contract";
import type { Scope, Version } from "#store";

/** Of the providers' settings: no service can be called so. They reach what runs for users, and win there. */
export const settingsScope: Scope & { readonly service: string } = { service: "global_settings" };

/** Whose value is looked for. */
export interface Place {
  /** the manifest's name of it */
  readonly service: string;
  readonly host: string;
  /** runs for users, with the providers' settings: they win over everything else */
  readonly settings?: boolean;
}

export function placeOf({ base, perUser }: Pick<Service, "base" | "perUser">, host: string): Place {
  return { service: base, host, settings: perUser !== undefined };
}

/** Of all present versions of a name, the one that applies at a place, and those it hides, nearest first. */
export interface ScopedVersion<V = Version> {
  readonly winner: V;
  readonly shadowed: readonly V[];
}

/** Settings, then service and host before host before service before neither. */
export function versionFor<V extends Pick<Version, "scope">>(
  versions: readonly V[],
  place: Place,
): ScopedVersion<V> | undefined {
  const [winner, ...shadowed] = versions
    .filter(({ scope }) => appliesTo(scope, place))
    .toSorted((a, b) => narrowness(b.scope) - narrowness(a.scope));
  return winner === undefined ? undefined : { winner, shadowed };
}

export function isSetting({ scope }: Pick<Version, "scope">): boolean {
  return scope.service === settingsScope.service;
}

export function sameScope(one: Scope, other: Scope): boolean {
  return one.service === other.service && one.host === other.host;
}

/** `fleet@fleet1`, `@fleet1`, `fleet`, or nothing for the whole environment. */
export function scopeText({ service, host }: Scope): string {
  return host === undefined ? (service ?? "") : `${service ?? ""}@${host}`;
}

function appliesTo(scope: Scope, { service, host, settings }: Place): boolean {
  if (scope.service === settingsScope.service) return settings === true;
  return (scope.service ?? service) === service && (scope.host ?? host) === host;
}

function narrowness({ service, host }: Scope): number {
  if (service === settingsScope.service) return 4;
  return (host === undefined ? 0 : 2) + (service === undefined ? 0 : 1);
}
