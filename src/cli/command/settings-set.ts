import { AppError } from "#kernel";
import type { Command } from "../command.ts";
import { watched } from "../progress/watch.ts";
import { confirm } from "../prompt.ts";
import { renderJson } from "../render/json.ts";
import { impactText, renderAssessment, renderSaved } from "../render/settings.ts";
import { settingExit } from "../exit.ts";
import { fieldOptions, readFields } from "../setting-field.ts";

export const command: Command = {
  arguments: [{ form: "<provider>", description: "openai, deepgram, …" }],
  options: [
    ...fieldOptions,
    { flags: "--unverified <reason>", description: "save it although nothing proves it; the reason is kept" },
    { flags: "--compromised", description: "somebody else may know the key before: everywhere at once, no way back" },
  ],
  description:
    "The provider is asked first. What it does not know is refused; what works is saved and brought to one runtime, then\n" +
    "to the others in waves. When one does not come up with it, all go back, and the settings as well.",
  stopsItself: true,
  run: async (call) => {
    const { terminal, json, options, signal } = call;
    const [provider = ""] = call.arguments;
    const home = await call.home();
    const view = await home.listSettings();
    const fields = await readFields(call, view, provider);
    const compromised = options.flag("compromised");
    if (!json) terminal.err.write(impactText(view.impact, compromised));
    if (!(await confirm(call, "test it, save it and roll it out?")))
      throw new AppError("CANCELLED", "nothing was saved");
    const reason = options.text("unverified");
    const result = await watched(call, (onEvent) =>
      home.saveSetting({
        provider,
        fields,
        nearby: options.flag("private"),
        expected: view.revision,
        compromised,
        onEvent,
        signal,
        ...(reason === undefined ? {} : { unverified: reason }),
      }),
    );
    if (json) terminal.out.write(renderJson(result));
    else {
      terminal.err.write(renderAssessment(result.assessment, terminal.err.color));
      terminal.out.write(renderSaved(provider, result, terminal.out.color));
    }
    return settingExit(result);
  },
};
