import { AppError } from "#kernel";
import type { Version } from "#store";
import { demand } from "../authority.ts";
import { inEnvironment, type Context } from "../context.ts";
import { checkName } from "./set-value.ts";

export interface HistoricVersion extends Version {
  /** the newest live one of its scope */
  readonly present: boolean;
}

/** Every version of a name over all scopes, newest first; never a value. */
export async function valueHistory(context: Context, name: string): Promise<readonly HistoricVersion[]> {
  demand(context, "viewer");
  checkName(name);
  return inEnvironment(context, async ({ values }) => {
    const present = new Set((await values.present()).map(({ id }) => id));
    const versions = await values.history(name);
    if (versions.length === 0) throw new AppError("NOT_FOUND", `the store has no value of ${name}`);
    return versions.toReversed().map((version) => ({ ...version, present: present.has(version.id) }));
  });
}
