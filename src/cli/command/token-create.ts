import { AppError } from "#kernel";
import type { Command } from "../command.ts";
import { roleOption, rolesFrom } from "../identity-option.ts";

export const command: Command = {
  arguments: [{ form: "<token>", description: "its name, as it stands in the audit log" }],
  options: [roleOption, { flags: "--days <number>", description: "how long it lives, 90 by default, at most 365" }],
  description:
    "Written to standard output and nowhere else; the store keeps a digest. Into a pipe or a file only with --yes.",
  run: async (call) => {
    const { terminal, json, yes, options } = call;
    const [name = ""] = call.arguments;
    if (!terminal.out.live && !yes) {
      throw new AppError("USAGE", "standard output is not a terminal, and would keep the token", {
        hint: "give --yes when that is meant",
      });
    }
    const days = Number(options.text("days") ?? "90");
    const { secret, expiresAt } = await (await call.home()).createToken({ name, roles: rolesFrom(call), days });
    const text = secret.reveal().toString("latin1");
    terminal.out.write(json ? `${JSON.stringify({ name, token: text, expiresAt }, null, 2)}\n` : `${text}\n`);
    return 0;
  },
};
