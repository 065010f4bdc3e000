import type { Command } from "../command.ts";
import { roleOption, rolesFrom } from "../identity-option.ts";
import { renderJson } from "../render/json.ts";

export const command: Command = {
  arguments: [{ form: "<account>", description: "its name" }],
  options: [roleOption],
  description: "In place of every role that it has. Holds from its next request on.",
  run: async (call) => {
    const { terminal, json } = call;
    const [name = ""] = call.arguments;
    const roles = rolesFrom(call);
    await (await call.home()).setAccountRoles(name, roles);
    terminal.out.write(json ? renderJson({ name, roles }) : `${name} has ${roles.join(" ")}\n`);
    return 0;
  },
};
