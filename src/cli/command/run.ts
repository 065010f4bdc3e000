import { AppError } from "#kernel";
import { environmentForRun } from "#operation";
import type { Command } from "../command.ts";
import { runChild } from "../run-child.ts";

export const command: Command = {
  arguments: [
    { form: "<service>", description: "whose environment" },
    { form: "[command...]", description: "behind --: the command and its arguments" },
  ],
  options: [{ flags: "--host <name>", description: "where the service's hosts get different values" }],
  description:
    "The command gets the caller's environment, without the variables that lead to Keyturn's keys, and the service's\n" +
    "values. Signals and exit code are passed through; what it writes is shown at once, and values in it, in any encoding,\n" +
    "are replaced by their names. On a terminal the command has one of its own: colours, prompts and editors work.",
  stopsItself: true,
  run: async ({ arguments: [service = "", ...command], options, terminal, ...call }) => {
    if (command.length === 0) {
      throw new AppError("USAGE", "no command was given", { hint: `keyturn run ${service} -- COMMAND` });
    }
    if (command[0]?.includes("=") === true) {
      throw new AppError("USAGE", "the command begins with an assignment, which only a shell understands", {
        hint: "put it before keyturn, or use `sh -c`; a secret belongs into the store",
      });
    }
    const host = options.text("host");
    const context = await call.context();
    const environment = await environmentForRun(context, { service, command, ...(host === undefined ? {} : { host }) });
    if (environment.unmasked.length > 0) {
      terminal.err.write(`keyturn: too short to be masked: ${environment.unmasked.join(", ")}\n`);
    }
    try {
      return await runChild({ command, environment, terminal });
    } finally {
      await environment.close();
    }
  },
};
