import type { Command } from "../command.ts";
import { renderHistory } from "../render/history.ts";
import { renderJson } from "../render/json.ts";

export const command: Command = {
  arguments: [{ form: "<name>", description: "name of the variable" }],
  options: [],
  run: async ({ arguments: [name = ""], terminal, json, ...call }) => {
    const home = await call.home();
    const versions = await home.valueHistory(name);
    terminal.out.write(
      json ? renderJson({ name, versions }) : renderHistory(versions, call.clock.now(), terminal.out.color),
    );
    return 0;
  },
};
