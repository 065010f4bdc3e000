import type { Plan } from "#plan";
import type { Home } from "../home.ts";
import type { Imported } from "../value/import-source.ts";
import type { ApplyRequest, ApplyResult } from "./apply.ts";
import type { DriftResult } from "./drift.ts";

export interface FixRequest extends Omit<ApplyRequest, "confirm" | "source"> {
  /** shown what was found before anything is planned */
  readonly onDrift: (drift: DriftResult) => void;
  /** shown the plan of the mend before anything changes; false stops */
  readonly confirm: (plan: Plan, imported: Imported | undefined) => Promise<boolean>;
}

export interface FixResult {
  readonly found: DriftResult;
  /** absent where nothing of it is an apply's to mend */
  readonly applied?: ApplyResult;
  /** what is not as it should be now */
  readonly remaining: DriftResult;
}

/**
 * Looks, and mends what an apply can mend, by the same operation and on the drifted targets alone; the rest is left for a
 * person, and told once more at the end. Nothing is changed before the plan of it was confirmed.
 */
export async function fixDrift(
  home: Pick<Home, "findDrift" | "applyPlatform">,
  { onDrift, ...request }: FixRequest,
): Promise<FixResult> {
  const found = await home.findDrift(request.part);
  onDrift(found);
  const part = [...new Set(found.drift.flatMap(({ target, fixable }) => (fixable ? [target] : [])))];
  if (part.length === 0) return { found, remaining: found };
  const applied = await home.applyPlatform({ ...request, part });
  const remaining = applied.kind === "cancelled" ? found : await home.findDrift(request.part);
  return { found, applied, remaining };
}
