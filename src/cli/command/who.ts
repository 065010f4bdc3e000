import { AppError } from "#kernel";
import type { Command } from "../command.ts";
import { renderJson } from "../render/json.ts";
import { renderSeenBy } from "../render/who-saw.ts";
import { renderWho } from "../render/who.ts";

export const command: Command = {
  arguments: [{ form: "[name]", description: "name of the variable" }],
  options: [{ flags: "--saw <person>", description: "which secrets this one saw, and what of it is in use" }],
  description:
    "With --saw, from the audit log, for the day when someone leaves: a name (anna) or one as the log has it (anna@ops1,\n" +
    "account:anna). `perhaps` is what was in their reach: a backup, a process that they ran.",
  run: async ({ arguments: [name], options, terminal, json, ...call }) => {
    const actor = options.text("saw");
    if ((name === undefined) === (actor === undefined)) {
      throw new AppError("USAGE", "`keyturn who` wants a variable's name, or --saw and a person");
    }
    if (actor !== undefined) {
      const seen = await (await call.home()).whoSaw({ actor });
      terminal.out.write(json ? renderJson(seen) : renderSeenBy(seen, terminal.out.color));
      return 0;
    }
    const result = await (await call.home()).whoHolds(name ?? "");
    terminal.out.write(json ? renderJson(result) : renderWho(result, terminal.out.color));
    return 0;
  },
};
