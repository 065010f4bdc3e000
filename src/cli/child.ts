import type { RunEnvironment } from "#operation";
import type { Terminal } from "./terminal.ts";

/** A command as it is started: its name, its arguments, and the values. */
export interface Child {
  readonly program: string;
  readonly words: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  readonly makeMask: RunEnvironment["makeMask"];
  readonly terminal: Terminal;
}
