import { valueHistory } from "#operation";
import type { Command } from "../command.ts";
import { renderHistory } from "../render/history.ts";
import { renderJson } from "../render/json.ts";

export const command: Command = {
  arguments: [{ form: "<name>", description: "name of the variable" }],
  options: [],
  run: async ({ arguments: [name = ""], terminal, json, ...call }) => {
    const context = await call.context();
    const versions = await valueHistory(context, name);
    terminal.out.write(
      json ? renderJson({ name, versions }) : renderHistory(versions, context.clock.now(), terminal.out.color),
    );
    return 0;
  },
};
