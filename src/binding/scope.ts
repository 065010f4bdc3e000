import type { Scope, Version } from "#store";

/** Whose value is looked for. */
export interface Place {
  readonly service: string;
  readonly host: string;
}

/** Of all present versions of a name, the one that applies at a place, and those it hides, nearest first. */
export interface ScopedVersion<V = Version> {
  readonly winner: V;
  readonly shadowed: readonly V[];
}

/** Service and host before host before service before neither. */
export function versionFor<V extends Pick<Version, "scope">>(
  versions: readonly V[],
  place: Place,
): ScopedVersion<V> | undefined {
  const [winner, ...shadowed] = versions
    .filter(({ scope }) => appliesTo(scope, place))
    .toSorted((a, b) => narrowness(b.scope) - narrowness(a.scope));
  return winner === undefined ? undefined : { winner, shadowed };
}

/** `fleet@fleet1`, `@fleet1`, `fleet`, or nothing for the whole environment. */
export function scopeText({ service, host }: Scope): string {
  return host === undefined ? (service ?? "") : `${service ?? ""}@${host}`;
}

function appliesTo(scope: Scope, { service, host }: Place): boolean {
  return (scope.service ?? service) === service && (scope.host ?? host) === host;
}

function narrowness({ service, host }: Scope): number {
  return (host === undefined ? 0 : 2) + (service === undefined ? 0 : 1);
}
