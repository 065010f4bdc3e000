import { listRuntimes } from "#operation";
import type { Command } from "../command.ts";
import { renderJson } from "../render/json.ts";
import { renderRuntimes } from "../render/runtimes.ts";

export const command: Command = {
  arguments: [],
  options: [],
  run: async ({ terminal, json, ...call }) => {
    const context = await call.context();
    const runtimes = await listRuntimes(context);
    terminal.out.write(json ? renderJson(runtimes) : renderRuntimes(runtimes, context.clock.now(), terminal.out.color));
    return 0;
  },
};
