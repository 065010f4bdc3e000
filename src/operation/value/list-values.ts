import type { Scope, Version } from "#store";
import { demand } from "../authority.ts";
import { recallEnvironment, type Context } from "../context.ts";
import { checkScope, declarationsOf, mayReceive, type Declaration } from "./declaration.ts";

export interface ListedValue extends Version {
  /** services that may have it where its scope reaches */
  readonly holders: readonly string[];
  /** services that ask for it without a grant */
  readonly ungranted: readonly string[];
}

/** What the store holds now, by name and scope; never a value. With a service: what reaches that one. */
export async function listValues(context: Context, scope: Scope = {}): Promise<readonly ListedValue[]> {
  demand(context, "viewer");
  const { platform } = await context.loadPlatform();
  checkScope(platform, scope);
  const { present, grants } = await recallEnvironment(context, "values", async ({ values, grants }) => ({
    present: await values.present(),
    grants: await grants.list(),
  }));
  return present.flatMap((version): ListedValue[] => {
    const asking = declarationsOf(platform, version.name, version.scope);
    if (!reaches(version, asking, scope)) return [];
    const names = (wanted: boolean) =>
      asking.filter((one) => mayReceive(one, grants) === wanted).map(({ service }) => service.name);
    return [{ ...version, holders: names(true), ungranted: names(false) }];
  });
}

function reaches({ scope }: Version, asking: readonly Declaration[], { service: name, host }: Scope): boolean {
  if (name === undefined && host === undefined) return true;
  if (host !== undefined && (scope.host ?? host) !== host) return false;
  return asking.some(
    ({ service }) => (name ?? service.name) === service.name && (host === undefined || service.hosts.includes(host)),
  );
}
