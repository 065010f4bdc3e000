import type { Command } from "../command.ts";
import { renderJson } from "../render/json.ts";

export const command: Command = {
  arguments: [{ form: "<token>", description: "its name" }],
  options: [],
  run: async ({ terminal, json, ...call }) => {
    const [name = ""] = call.arguments;
    await (await call.home()).revokeToken(name);
    terminal.out.write(json ? renderJson({ name, revoked: true }) : `${name} opens nothing any more\n`);
    return 0;
  },
};
