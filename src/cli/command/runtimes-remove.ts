import { AppError } from "#kernel";
import type { Command } from "../command.ts";
import { confirm } from "../prompt.ts";
import { renderJson } from "../render/json.ts";
import { serviceFrom, serviceOption } from "../runtime-option.ts";

export const command: Command = {
  arguments: [{ form: "<user>", description: "the user's id" }],
  options: [serviceOption],
  description: "Volumes stay.",
  run: async (call) => {
    const { terminal, json } = call;
    const [user = ""] = call.arguments;
    const home = await call.home();
    if (!(await confirm(call, `remove the runtime of ${user}?`)))
      throw new AppError("CANCELLED", "nothing was removed");
    const removed = await home.removeRuntime({ user, ...serviceFrom(call) });
    terminal.out.write(json ? renderJson(removed) : `${terminal.out.color.green("removed")} ${removed.target}\n`);
    return 0;
  },
};
