import type { Command } from "../command.ts";
import { renderJson } from "../render/json.ts";

export const command: Command = {
  arguments: [{ form: "<account>", description: "its name" }],
  options: [],
  description: "For good: the name stays taken, because it stands in the audit log. Tokens that it made stay.",
  run: async ({ terminal, json, ...call }) => {
    const [name = ""] = call.arguments;
    await (await call.home()).disableAccount(name);
    terminal.out.write(json ? renderJson({ name, disabled: true }) : `${name} is disabled\n`);
    return 0;
  },
};
