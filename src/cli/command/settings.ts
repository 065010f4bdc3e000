import { listSettings } from "#operation";
import type { Command } from "../command.ts";
import { renderJson } from "../render/json.ts";
import { renderSettings } from "../render/settings.ts";

export const command: Command = {
  arguments: [],
  options: [],
  description: "What is saved here wins over every other value of the same name for what runs for users.",
  run: async ({ terminal, json, ...call }) => {
    const context = await call.context();
    const view = await listSettings(context);
    terminal.out.write(json ? renderJson(view) : renderSettings(view, context.clock.now(), terminal.out.color));
    return 0;
  },
};
