import type { Command } from "../command.ts";
import { renderJson } from "../render/json.ts";
import { renderSettingHistory } from "../render/settings.ts";

export const command: Command = {
  arguments: [{ form: "<provider>", description: "openai, deepgram, …" }],
  options: [],
  run: async ({ terminal, json, ...call }) => {
    const [provider = ""] = call.arguments;
    const revisions = await (await call.home()).settingHistory(provider);
    terminal.out.write(json ? renderJson(revisions) : renderSettingHistory(revisions, terminal.out.color));
    return 0;
  },
};
