import { readFileSync } from "node:fs";
import { readEnvironment, type EnvironmentReader, type Variables } from "./environment.ts";
import type { Log } from "./log.ts";

/** Keyturn's own words, beside those of the contract: the release, and the file that holds it. */
type Given = "KEYTURN_RELEASE" | "KEYTURN_FILE";

/**
 * On SIGHUP (`systemctl reload`) the variables that may change while the service runs are read anew from its environment
 * file, and what is made of them takes the place of the present settings. What is wrong there changes nothing: the health
 * path goes on to report the release before.
 */
export function reloadOnSignal<Name extends string, T extends object>(
  settings: T,
  log: Log,
  given: {
    readonly variables: Variables<Name | Given>;
    readonly reloadable: readonly Name[];
    readonly read: (environment: EnvironmentReader<Name | Given>) => T;
  },
): void {
  process.on("SIGHUP", () => {
    const found = readAgain(given.variables["KEYTURN_FILE"], [...given.reloadable, "KEYTURN_RELEASE"]);
    const environment = readEnvironment<Name | Given>({ ...given.variables, ...found });
    const next = given.read(environment);
    const problems = found === undefined ? ["its environment file can't be read"] : environment.problems();
    for (const problem of problems) log("error", "not reloaded", { problem });
    if (problems.length > 0) return;
    Object.assign(settings, next);
    log("info", "reloaded");
  });
}

/** Plain values alone, each in a line of its own, bare or in quotes; those that the file lacks are undefined. */
function readAgain(
  file: string | undefined,
  names: readonly string[],
): Readonly<Record<string, string | undefined>> | undefined {
  try {
    const text = readFileSync(file ?? "", "utf8");
    return Object.fromEntries(
      names.map((name) => [name, new RegExp(`^${name}=("?)([^"\\\\\n]*)\\1$`, "m").exec(text)?.[2]]),
    );
  } catch {
    return undefined;
  }
}
