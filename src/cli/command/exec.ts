import { AppError } from "#kernel";
import { environmentForExec } from "#operation";
import type { Command } from "../command.ts";
import { chosenEnvironment } from "../environment-choice.ts";
import { runChild } from "../run-child.ts";

export const command: Command = {
  arguments: [{ form: "[command...]", description: "behind --: the command and its arguments" }],
  options: [],
  description:
    "As `run`, but the command gets none of the store's values: the caller's environment, without the variables that lead\n" +
    "to Keyturn's keys. Masked is every secret of the store, of each environment unless --env names one.",
  stopsItself: true,
  run: async (call) => {
    const { arguments: command, terminal } = call;
    if (command.length === 0) {
      throw new AppError("USAGE", "no command was given", { hint: "keyturn exec -- COMMAND" });
    }
    const context = await call.context();
    const environment = await environmentForExec(context, { command, ...chosenEnvironment(call, context) });
    if (environment.unmasked.length > 0) {
      terminal.err.write(`keyturn: not masked, too short or not to be opened: ${environment.unmasked.join(", ")}\n`);
    }
    return runChild({ command, environment, terminal });
  },
};
