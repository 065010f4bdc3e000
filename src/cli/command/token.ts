import { listTokens } from "#operation";
import type { Command } from "../command.ts";
import { renderTokens } from "../render/identity.ts";
import { renderJson } from "../render/json.ts";

export const command: Command = {
  arguments: [],
  options: [],
  run: async ({ terminal, json, ...call }) => {
    const context = await call.context();
    const tokens = await listTokens(context);
    terminal.out.write(json ? renderJson({ tokens }) : renderTokens(tokens, context.clock.now(), terminal.out.color));
    return 0;
  },
};
