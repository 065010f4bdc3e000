import type { Command } from "../command.ts";
import { renderExplanation } from "../render/explanation.ts";
import { renderJson } from "../render/json.ts";

export const command: Command = {
  arguments: [
    { form: "<name>", description: "name of the variable" },
    { form: "[host]", description: "only on this host" },
  ],
  options: [],
  run: async ({ arguments: [name = "", host], terminal, json, ...call }) => {
    const result = await (await call.home()).explainValue({ name, ...(host === undefined ? {} : { host }) });
    terminal.out.write(json ? renderJson(result) : renderExplanation(result, terminal.out.color));
    return 0;
  },
};
