import type { Command } from "../command.ts";
import { renderAccounts } from "../render/identity.ts";
import { renderJson } from "../render/json.ts";

export const command: Command = {
  arguments: [],
  options: [],
  run: async ({ terminal, json, ...call }) => {
    const home = await call.home();
    const accounts = await home.listAccounts();
    const shown = json ? renderJson({ accounts }) : renderAccounts(accounts, call.clock.now(), terminal.out.color);
    terminal.out.write(shown);
    return 0;
  },
};
