import type { Command } from "../command.ts";
import { renderJson } from "../render/json.ts";
import { renderWho } from "../render/who.ts";

export const command: Command = {
  arguments: [{ form: "<name>", description: "name of the variable" }],
  options: [],
  run: async ({ arguments: [name = ""], terminal, json, ...call }) => {
    const result = await (await call.home()).whoHolds(name);
    terminal.out.write(json ? renderJson(result) : renderWho(result, terminal.out.color));
    return 0;
  },
};
