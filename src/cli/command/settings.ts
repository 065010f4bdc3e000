import type { Command } from "../command.ts";
import { renderJson } from "../render/json.ts";
import { renderSettings } from "../render/settings.ts";

export const command: Command = {
  arguments: [],
  options: [],
  description: "What is saved here wins over every other value of the same name for what runs for users.",
  run: async ({ terminal, json, ...call }) => {
    const view = await (await call.home()).listSettings();
    terminal.out.write(json ? renderJson(view) : renderSettings(view, call.clock.now(), terminal.out.color));
    return 0;
  },
};
