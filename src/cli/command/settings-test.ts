import type { Command } from "../command.ts";
import { renderJson } from "../render/json.ts";
import { renderAssessment } from "../render/settings.ts";
import { fieldOptions, readFields } from "../setting-field.ts";

export const command: Command = {
  arguments: [{ form: "<provider>", description: "openai, deepgram, …" }],
  options: fieldOptions,
  description:
    "Asks for the key, and the provider about it; nothing is kept. Exits with 2 when it is not proved to work.",
  run: async (call) => {
    const { terminal, json, options } = call;
    const [provider = ""] = call.arguments;
    const home = await call.home();
    const fields = await readFields(call, await home.listSettings(), provider);
    const assessment = await home.testSetting({ provider, fields, nearby: options.flag("private") });
    terminal.out.write(json ? renderJson(assessment) : renderAssessment(assessment, terminal.out.color));
    return assessment.outcome === "verified" ? 0 : 2;
  },
};
