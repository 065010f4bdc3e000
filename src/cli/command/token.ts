import type { Command } from "../command.ts";
import { renderTokens } from "../render/identity.ts";
import { renderJson } from "../render/json.ts";

export const command: Command = {
  arguments: [],
  options: [],
  run: async ({ terminal, json, ...call }) => {
    const home = await call.home();
    const tokens = await home.listTokens();
    terminal.out.write(json ? renderJson({ tokens }) : renderTokens(tokens, call.clock.now(), terminal.out.color));
    return 0;
  },
};
