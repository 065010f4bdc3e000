import type { Version } from "#store";
import { inEnvironment, type Context } from "../context.ts";
import { ownerOf } from "../owner.ts";
import { controllerOf } from "./carry-out.ts";
import { forgetReleases, type ForgottenTarget } from "./forget-releases.ts";
import type { HeldLease } from "./lease.ts";
import { meantVersions, type RetireChoice } from "./retirement.ts";
import { findUse } from "./retired-use.ts";
import { survey } from "./survey.ts";

/**
 * Destroys what hosts keep of versions that ended in the store before: whoever ended them there was killed before every
 * host had forgotten them. May be repeated.
 */
export async function forgetEnded(
  context: Context,
  lease: HeldLease,
  choices: readonly RetireChoice[],
): Promise<readonly ForgottenTarget[]> {
  const found = await survey(context);
  const owner = await ownerOf(context, found.platform);
  const { kept, controller } = await inEnvironment(context, async (environment, tx) => {
    const versions: Version[] = [];
    for (const choice of choices) versions.push(...(await meantVersions(environment.values, choice)));
    const { kept } = await findUse(environment, found, versions);
    return { kept, controller: await controllerOf({ environment, tx }, owner, lease) };
  });
  return forgetReleases(context, found, { targets: kept, controller });
}
