import { AppError } from "#kernel";
import type { Command } from "../command.ts";
import { settingExit } from "../exit.ts";
import { watched } from "../progress/watch.ts";
import { confirm } from "../prompt.ts";
import { renderJson } from "../render/json.ts";
import { impactText, renderSaved } from "../render/settings.ts";

export const command: Command = {
  arguments: [
    { form: "<provider>", description: "openai, deepgram, …" },
    { form: "<revision>", description: "a number of `keyturn settings history`" },
  ],
  options: [],
  description: "A revision whose key was retired or compromised does not come back.",
  stopsItself: true,
  run: async (call) => {
    const { terminal, json, signal } = call;
    const [provider = "", number = ""] = call.arguments;
    if (!/^[1-9]\d{0,8}$/.test(number)) throw new AppError("USAGE", "a revision is a number, 3 for example");
    const home = await call.home();
    const { revision: expected, impact } = await home.listSettings();
    if (!json) terminal.err.write(impactText(impact, false));
    if (!(await confirm(call, "restore it?"))) throw new AppError("CANCELLED", "nothing was changed");
    const result = await watched(call, (onEvent) =>
      home.restoreSetting({ provider, revision: Number(number), expected, onEvent, signal }),
    );
    terminal.out.write(json ? renderJson(result) : renderSaved(provider, result, terminal.out.color));
    return settingExit(result);
  },
};
