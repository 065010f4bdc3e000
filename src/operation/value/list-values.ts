import { scopeText } from "#binding";
import type { Platform } from "#contract";
import type { Scope, Version } from "#store";
import { demand } from "../authority.ts";
import { recallEnvironment, type Context } from "../context.ts";
import { readRecorded, scheduledValues, type Scheduled } from "../rotate/scheduled.ts";
import { tokenEnds, tokensOf, type TokenEnd } from "../rotate/token-end.ts";
import { checkScope, declarationsOf, mayReceive, type Declaration } from "./declaration.ts";

export interface ListedValue extends Version {
  /** services that may have it where its scope reaches */
  readonly holders: readonly string[];
  /** services that ask for it without a grant */
  readonly ungranted: readonly string[];
  /** when it is to be replaced, where the manifest says it */
  readonly rotation?: Scheduled;
  /** when what is signed with it is over, where services have such tokens */
  readonly tokens?: TokenEnd;
}

/** What the store holds now, by name and scope; never a value. With a service: what reaches that one. */
export async function listValues(context: Context, scope: Scope = {}): Promise<readonly ListedValue[]> {
  demand(context, "viewer");
  const { platform } = await context.loadPlatform();
  checkScope(platform, scope);
  const { recorded, grants } = await recallEnvironment(context, "values", async (environment) => ({
    recorded: await readRecorded(environment),
    grants: await environment.grants.list(),
  }));
  const schedules = new Map(
    scheduledValues(platform, recorded, context.clock.now()).flatMap(({ version, by, due, next, state }) => {
      const scheduled = { by, due, next, state };
      return withCompanion(platform, recorded.present, version).map((one) => [one.id, scheduled] as const);
    }),
  );
  const ends = tokenEnds(tokensOf(platform, { present: recorded.present, grants }, context.clock.now()));
  return recorded.present.flatMap((version): ListedValue[] => {
    const asking = declarationsOf(platform, version.name, version.scope);
    if (!reaches(version, asking, scope)) return [];
    const names = (wanted: boolean) =>
      asking.filter((one) => mayReceive(one, grants) === wanted).map(({ service }) => service.name);
    const rotation = schedules.get(version.id);
    const scheduled = rotation === undefined ? {} : { rotation };
    const end = ends.get(version.id);
    const signed = end === undefined ? {} : { tokens: end };
    return [{ ...version, holders: names(true), ungranted: names(false), ...scheduled, ...signed }];
  });
}

/** The other half of a pair is due with it. */
function withCompanion(
  { pairs }: Pick<Platform, "pairs">,
  present: readonly Version[],
  version: Version,
): readonly Version[] {
  const other = present.find(({ name, scope }) => {
    return name === pairs.get(version.name) && scopeText(scope) === scopeText(version.scope);
  });
  return other === undefined ? [version] : [version, other];
}

function reaches({ scope }: Version, asking: readonly Declaration[], { service: name, host }: Scope): boolean {
  if (name === undefined && host === undefined) return true;
  if (host !== undefined && (scope.host ?? host) !== host) return false;
  return asking.some(
    ({ service }) => (name ?? service.name) === service.name && (host === undefined || service.hosts.includes(host)),
  );
}
