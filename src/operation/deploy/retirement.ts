import { AppError, type Finding } from "#kernel";
import type { Scope, Values, Version } from "#store";

export interface RetireChoice {
  readonly name: string;
  readonly scope: Scope;
  /** number of the version; every one before the present otherwise */
  readonly version?: number;
  /** somebody else may know it: it can't be set again either */
  readonly compromised: boolean;
}

/**
 * The versions that a choice means, ended already or not. The same bytes under another number or for another scope belong
 * to it: the value is what ends, and a rollback would bring it back by its twin.
 */
export async function meantVersions(values: Values, choice: RetireChoice): Promise<readonly Version[]> {
  const { name, scope } = choice;
  const history = await values.history(name, scope);
  if (history.length === 0) {
    const hint = `\`keyturn history ${name}\` shows every version and where it applies`;
    throw new AppError("NOT_FOUND", `nothing is stored for ${name} there`, { hint });
  }
  const marks = new Set(named(history, choice).map(({ fingerprint }) => fingerprint));
  return (await values.history(name)).filter(({ fingerprint }) => marks.has(fingerprint));
}

/** Those of them that are not in that state yet. */
export async function chooseVersions(values: Values, choice: RetireChoice): Promise<readonly Version[]> {
  const order: readonly Version["state"][] = ["live", "retired", "compromised"];
  const below = order.indexOf(stateOf(choice));
  const chosen = (await meantVersions(values, choice)).filter(({ state }) => order.indexOf(state) < below);
  refuseReturn(await values.history(choice.name), chosen);
  return chosen;
}

export function stateOf({ compromised }: Pick<RetireChoice, "compromised">): "retired" | "compromised" {
  return compromised ? "compromised" : "retired";
}

function named(history: readonly Version[], { name, version }: RetireChoice): readonly Version[] {
  if (version === undefined) {
    const present = history.findLast(({ state }) => state === "live");
    return history.filter(({ number, fingerprint }) => {
      return number < (present?.number ?? Infinity) && fingerprint !== present?.fingerprint;
    });
  }
  const found = history.filter(({ number }) => number === version);
  if (found.length > 0) return found;
  throw new AppError("NOT_FOUND", `${name} has no version ${version} there`, {
    hint: `\`keyturn history ${name}\` shows every version and where it applies`,
  });
}

/** Without the present version of a scope the one before would be the present again: an old value, unasked. */
function refuseReturn(all: readonly Version[], chosen: readonly Version[]): void {
  const ids = new Set(chosen.map(({ id }) => id));
  const findings = [...Map.groupBy(all, scopeKey).values()].flatMap((versions): readonly Finding[] => {
    const live = versions.filter(({ state }) => state === "live");
    const present = live.at(-1);
    const next = live.findLast(({ id }) => !ids.has(id));
    if (present === undefined || next === undefined || !ids.has(present.id)) return [];
    const message = `v${next.number} of ${next.name} would be the present one again`;
    const hint = `retire what is before first: \`keyturn retire ${next.name}\``;
    return [{ severity: "error", code: "would-return", message, hint }];
  });
  const [first] = findings;
  if (first === undefined) return;
  throw new AppError("VALUE_IN_USE", `${first.message}, nothing was retired`, { hint: first.hint ?? "" });
}

function scopeKey({ scope: { service = "", host = "" } }: Version): string {
  return `${service}@${host}`;
}
