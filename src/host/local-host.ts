import { spawn } from "node:child_process";
import { AppError } from "#kernel";
import { dialHere } from "./dial.ts";
import { helperPlace } from "./helper/helper-text.ts";
import type { Host } from "./host.ts";
import { printable } from "./printable.ts";
import { runCommand } from "./run-command.ts";
import { openHelperHost } from "./wire/host.ts";

export interface LocalHostOptions {
  readonly name: string;
  /** another helper than the installed one, run as this user */
  readonly helper?: { readonly shell: readonly string[]; readonly path: string };
  /** this process's environment, for `run`; of it only PATH and its like are passed on */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** This machine, through the helper that `hosts prepare` installed on it: as root directly, otherwise by sudo. */
export function openLocalHost({ name, helper, environment }: LocalHostOptions): Host {
  const installed = process.getuid?.() === 0 ? [helperPlace.path] : ["sudo", "-n", helperPlace.path];
  const [program = "", ...rest] = helper === undefined ? installed : [...helper.shell, helper.path];
  return openHelperHost({
    connection: {
      host: name,
      // in a process group of its own: Ctrl-C is for us, and the step at work goes on
      start: async () =>
        spawn(program, rest, { env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C" }, detached: true }),
      explain: async (_code, complaint) => {
        const said = printable(complaint.trim().split("\n").at(-1) ?? "", 200);
        return new AppError("HOST_UNPREPARED", `the helper on ${name} does not run${said === "" ? "" : ` (${said})`}`);
      },
    },
    run: (command, options) => runCommand(command, { ...options, environment }),
    dial: (to) => dialHere(name, to),
    close: async () => {},
  });
}
