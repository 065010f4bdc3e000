import { AppError } from "#kernel";
import type { Command } from "../command.ts";
import { renderAudit } from "../render/audit.ts";
import { renderJson } from "../render/json.ts";
import { renderWhoSaw } from "../render/who-saw.ts";

export const command: Command = {
  arguments: [],
  options: [
    { flags: "--subject <name>", description: "only of this variable, release, host or target" },
    { flags: "--saw <name>", description: "instead: who saw this secret or had it in reach, and which version" },
    { flags: "--limit <number>", description: "how many, 50 by default" },
  ],
  description: "The newest entry comes last. With --env, only what was done in that environment.",
  run: async ({ options, terminal, json, place, ...call }) => {
    const saw = options.text("saw");
    if (saw !== undefined) {
      const seen = await (await call.home()).whoSaw({ name: saw });
      terminal.out.write(json ? renderJson(seen) : renderWhoSaw(seen, terminal.out.color));
      return 0;
    }
    const subject = options.text("subject");
    const { environment } = place;
    const home = await call.home();
    const entries = await home.listAudit({
      limit: limitOf(options.text("limit")),
      ...(subject === undefined ? {} : { subject }),
      ...(environment === undefined ? {} : { environment }),
    });
    terminal.out.write(json ? renderJson({ entries }) : renderAudit(entries, terminal.out.color));
    return 0;
  },
};

function limitOf(text = "50"): number {
  const limit = /^[1-9]\d{0,6}$/.test(text) ? Number(text) : undefined;
  if (limit === undefined) throw new AppError("USAGE", "--limit wants a whole number from 1");
  return limit;
}
