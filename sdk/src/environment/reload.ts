import type { CountedSecret } from "../secret/counted.ts";
import { KeyturnError } from "../error.ts";
import { readEnvironmentFile } from "./file/systemd.ts";
import type { Variables } from "./effective.ts";
import { readRegularFile } from "./regular-file.ts";

/** `problems` name what is wrong and have no values; when there is one, nothing was taken over. */
export type Reloaded =
  | { readonly kind: "reloaded" }
  | { readonly kind: "refused"; readonly problems: readonly string[] };

export interface Reload {
  /** what the service was started with, in systemd's format; Keyturn has written it anew */
  readonly file: string | URL | undefined;
  readonly secrets?: readonly CountedSecret[];
  /**
   * Takes over what else a reload changes. It is given the variables of the file alone: a name that the file lacks is no
   * longer set. What it throws refuses the file, and the secrets keep their values too.
   */
  readonly take?: (variables: Variables) => void;
}

/** Reads the file anew and takes all of it over, or nothing. */
export function reloadEnvironment({ file, secrets = [], take }: Reload): Reloaded {
  const bytes = file === undefined ? undefined : readRegularFile(file);
  if (bytes === undefined) return { kind: "refused", problems: ["the environment file can't be read"] };
  const read = readEnvironmentFile(bytes);
  if (read === undefined) return { kind: "refused", problems: ["the environment file is not one that systemd reads"] };
  const variables = Object.fromEntries(read);
  try {
    const swaps = secrets.map((secret) => secret.prepare(variables));
    take?.(variables);
    for (const swap of swaps) swap();
    return { kind: "reloaded" };
  } catch (error) {
    // another error's message might quote what could not be read
    const known = error instanceof KeyturnError ? error.message : "what the environment file says can't be taken over";
    return { kind: "refused", problems: known.split("\n") };
  }
}

/**
 * Does that at each SIGHUP (`systemctl reload`), and hands over how it went; without `done` a line of it goes to stderr. What
 * it gives back ends it.
 */
export function reloadOnSignal(
  reload: Reload,
  {
    done = writeOutcome,
    signal = "SIGHUP",
  }: { readonly done?: (outcome: Reloaded) => void; readonly signal?: NodeJS.Signals } = {},
): () => void {
  const work = () => done(reloadEnvironment(reload));
  process.on(signal, work);
  return () => process.off(signal, work);
}

function writeOutcome(outcome: Reloaded): void {
  const lines =
    outcome.kind === "reloaded" ? ["reloaded"] : outcome.problems.map((one) => `error: not reloaded: ${one}`);
  for (const line of lines) process.stderr.write(`${line}\n`);
}
