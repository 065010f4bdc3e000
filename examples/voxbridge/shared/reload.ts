import { reloadOnSignal, type Reloaded } from "@keyturn/sdk";
import type { Log } from "./log.ts";

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * On SIGHUP (`systemctl reload`) the variables that may change while the service runs are read anew from its environment
 * file, and what is made of them takes the place of the present settings. What is wrong there changes nothing: the health
 * path goes on to report the release before.
 */
export function reloadSettings<T extends object>(
  settings: T,
  log: Log,
  given: {
    /** Keyturn's own words, beside those of the contract: the release, and the file that holds it */
    readonly file: string | undefined;
    readonly reloadable: readonly string[];
    readonly make: (variables: Variables) => T;
  },
): void {
  const names = [...given.reloadable, "KEYTURN_RELEASE"];
  const take = (found: Variables) => {
    const again = Object.fromEntries(names.map((name) => [name, found[name]]));
    Object.assign(settings, given.make({ ...process.env, ...again }));
  };
  const done = (outcome: Reloaded) => {
    if (outcome.kind === "reloaded") return log("info", "reloaded");
    for (const problem of outcome.problems) log("error", "not reloaded", { problem });
  };
  reloadOnSignal({ file: given.file, take }, { done });
}
