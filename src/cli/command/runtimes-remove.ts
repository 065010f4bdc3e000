import { AppError } from "#kernel";
import { removeRuntime } from "#operation";
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
    const context = await call.context();
    if (!(await confirm(call, `remove the runtime of ${user}?`)))
      throw new AppError("CANCELLED", "nothing was removed");
    const removed = await removeRuntime(context, { user, ...serviceFrom(call) });
    terminal.out.write(json ? renderJson(removed) : `${terminal.out.color.green("removed")} ${removed.target}\n`);
    return 0;
  },
};
