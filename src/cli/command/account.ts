import { listAccounts } from "#operation";
import type { Command } from "../command.ts";
import { renderAccounts } from "../render/identity.ts";
import { renderJson } from "../render/json.ts";

export const command: Command = {
  arguments: [],
  options: [],
  run: async ({ terminal, json, ...call }) => {
    const context = await call.context();
    const accounts = await listAccounts(context);
    const shown = json ? renderJson({ accounts }) : renderAccounts(accounts, context.clock.now(), terminal.out.color);
    terminal.out.write(shown);
    return 0;
  },
};
