import { recoveryStatus } from "#operation";
import type { Command } from "../command.ts";
import { renderJson } from "../render/json.ts";
import { renderRecovery } from "../render/keep.ts";

export const command: Command = {
  arguments: [],
  options: [],
  description:
    "For the day when the store's key is lost: a second wrap of every root key, to an identity kept offline.",
  run: async ({ terminal, json, ...call }) => {
    const recovery = await recoveryStatus(await call.context());
    terminal.out.write(json ? renderJson(recovery) : renderRecovery(recovery, terminal.out.color));
    return recovery.kind === "proved" ? 0 : 2;
  },
};
