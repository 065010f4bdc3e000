import type { Command } from "../command.ts";
import { renderJson } from "../render/json.ts";
import { renderRuntimes } from "../render/runtimes.ts";

export const command: Command = {
  arguments: [],
  options: [],
  run: async ({ terminal, json, ...call }) => {
    const home = await call.home();
    const runtimes = await home.listRuntimes();
    terminal.out.write(json ? renderJson(runtimes) : renderRuntimes(runtimes, call.clock.now(), terminal.out.color));
    return 0;
  },
};
