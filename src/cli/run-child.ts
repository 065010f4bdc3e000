import { accessSync, constants as files } from "node:fs";
import { delimiter, join } from "node:path";
import { AppError } from "#kernel";
import type { RunEnvironment } from "#operation";
import { onPipes } from "./child-on-pipes.ts";
import { onTerminal, openPseudoTerminal } from "./child-on-terminal.ts";
import type { Terminal } from "./terminal.ts";

export interface ChildInput {
  readonly command: readonly string[];
  readonly environment: RunEnvironment;
  readonly terminal: Terminal;
}

/**
 * Runs a command, masks what it writes, and gives its exit code; 128 and the signal's number when one ended it. Where
 * somebody sits at a terminal it has one as well, so that colours, prompts and editors work; otherwise pipes.
 */
export async function runChild({ command, environment, terminal }: ChildInput): Promise<number> {
  const [program = "", ...words] = command;
  const variables = variablesOf(environment);
  refuseMissing(program, variables);
  const child = { program, words, variables, makeMask: environment.makeMask, terminal };
  const { interactive, out, err } = terminal;
  const pseudo = interactive && out.live && err.live ? await openPseudoTerminal() : undefined;
  if (pseudo !== undefined) return onTerminal(child, pseudo);
  if (interactive && out.live && err.live) {
    err.write("keyturn: this system has no pseudo-terminal for the command: it writes into a pipe, without colours\n");
  }
  return onPipes(child);
}

/** The last moment: from here on the values are in the child's environment alone. */
function variablesOf({ inherited, values }: RunEnvironment): Record<string, string> {
  const own = [...values].map(([name, value]) => [name, value.reveal().toString("utf8")] as const);
  return { ...inherited, ...Object.fromEntries(own) };
}

/** Asked first: a child on a pseudo-terminal ends like a command that failed when its program is not there. */
function refuseMissing(program: string, { PATH = "" }: Readonly<Record<string, string | undefined>>): void {
  const places = program.includes("/") ? [program] : PATH.split(delimiter).map((folder) => join(folder, program));
  if (places.some(isProgram)) return;
  throw new AppError("COMMAND_FAILED", `${program} can't be started`, {
    hint: "check the command behind --; a shell's own words need `sh -c`",
  });
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, files.X_OK);
    return true;
  } catch {
    return false;
  }
}
