import { placeOf, versionFor } from "#binding";
import { pairOf, targetId, type Platform, type Service } from "#contract";
import { AppError, type Finding } from "#kernel";
import type { EnvironmentStore, Rotation, Scope, Version } from "#store";

/** The name that a rotation goes by, and that of its other half where there is one. */
export interface Rotated {
  readonly name: string;
  readonly companion?: string;
}

/** By the manifest, whichever of the two names was asked for; of what is open already by how it was begun. */
export function rotatedBy({ pairs }: Platform, asked: string, open?: Rotation): Rotated {
  const { name, companion } =
    open === undefined ? (pairOf(pairs, asked) ?? { name: asked }) : { ...open, companion: open.companion?.name };
  return { name, ...(companion === undefined ? {} : { companion }) };
}

/** The version that is bound now; NOT_FOUND where there is none in this scope. */
export async function presentVersion({ values }: EnvironmentStore, name: string, scope: Scope): Promise<Version> {
  const history = await values.history(name, scope);
  const present = history.findLast(({ state }) => state === "live");
  if (present !== undefined) return present;
  throw new AppError("NOT_FOUND", `nothing is stored for ${name} there`, {
    hint: `\`keyturn history ${name}\` shows every version and where it applies`,
  });
}

/** The other half's, from the same scope. */
export async function presentCompanion(
  environment: EnvironmentStore,
  { name, companion }: Rotated,
  scope: Scope,
): Promise<Version | undefined> {
  if (companion === undefined) return undefined;
  return presentVersion(environment, companion, scope).catch((error: unknown) => {
    if (!(error instanceof AppError) || error.code !== "NOT_FOUND") throw error;
    throw new AppError("NOT_FOUND", `${name} goes with ${companion}, for which nothing is stored there`, {
      hint: `a pair has both values in the same scope: \`keyturn set ${companion}\``,
      cause: error,
    });
  });
}

/**
 * With the hosts alone on which these versions are the ones that apply. ROTATION_REFUSED where a place has one half of the pair and
 * another value of the other.
 */
export async function holdingServices(
  environment: EnvironmentStore,
  platform: Platform,
  versions: readonly Version[],
): Promise<readonly Service[]> {
  const present = Map.groupBy(await environment.values.present(), ({ name }) => name);
  const split: string[] = [];
  const services = platform.services.flatMap((service) => {
    const hosts = service.hosts.filter((host) => {
      const given = versions.filter(({ id, name }) => {
        return versionFor(present.get(name) ?? [], placeOf(service, host))?.winner.id === id;
      });
      if (given.length > 0 && given.length < versions.length && asksFor(service, versions)) {
        split.push(targetId(service.name, host));
      }
      return given.length === versions.length;
    });
    return hosts.length === 0 ? [] : [{ ...service, hosts }];
  });
  refuseSplit(split, versions);
  return services;
}

function asksFor({ contract }: Service, versions: readonly Version[]): boolean {
  const names = versions.map(({ name }) => name);
  return contract.variables.some(
    ({ name, derive }) => names.includes(name) || (derive?.kind === "key-map" && names.includes(derive.root)),
  );
}

function refuseSplit(split: readonly string[], versions: readonly Version[]): void {
  if (split.length === 0) return;
  const names = versions.map(({ name }) => name).join(" and ");
  const findings = split.map((target): Finding => {
    const message = `${target} has the two from different scopes`;
    return { severity: "error", code: "pair-apart", message };
  });
  throw new AppError("ROTATION_REFUSED", `${names} are not the same pair everywhere`, {
    findings,
    hint: "`keyturn explain NAME HOST` shows where each comes from: give both a value in the narrower scope, or neither",
  });
}
