import { readFileSync } from "node:fs";
import { EnvironmentError } from "@keyturn/sdk";
import type { Log } from "./log.ts";

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * On SIGHUP (`systemctl reload`) the variables that may change while the service runs are read anew from its environment
 * file, and what is made of them takes the place of the present settings. What is wrong there changes nothing: the health
 * path goes on to report the release before.
 */
export function reloadOnSignal<T extends object>(
  settings: T,
  log: Log,
  given: {
    /** Keyturn's own words, beside those of the contract: the release, and the file that holds it */
    readonly file: string | undefined;
    readonly reloadable: readonly string[];
    readonly make: (variables: Variables) => T;
  },
): void {
  process.on("SIGHUP", () => {
    const found = readAgain(given.file, [...given.reloadable, "KEYTURN_RELEASE"]);
    if (found === undefined) return log("error", "not reloaded", { problem: "its environment file can't be read" });
    try {
      Object.assign(settings, given.make({ ...process.env, ...found }));
      log("info", "reloaded");
    } catch (error) {
      if (!(error instanceof EnvironmentError)) throw error;
      for (const { message } of error.problems) log("error", "not reloaded", { problem: message });
    }
  });
}

/** Plain values alone, each in a line of its own, bare or in quotes; those that the file lacks are undefined. */
function readAgain(file: string | undefined, names: readonly string[]): Variables | undefined {
  try {
    const text = readFileSync(file ?? "", "utf8");
    return Object.fromEntries(
      names.map((name) => [name, new RegExp(`^${name}=("?)([^"\\\\\n]*)\\1$`, "m").exec(text)?.[2]]),
    );
  } catch {
    return undefined;
  }
}
