import type { Command } from "../command.ts";
import { watched } from "../progress/watch.ts";
import { renderJson } from "../render/json.ts";
import { renderCreated } from "../render/runtimes.ts";
import { serviceFrom, serviceOption } from "../runtime-option.ts";

export const command: Command = {
  arguments: [{ form: "<user>", description: "the user's id: letters, digits, _ and -" }],
  options: [serviceOption],
  description: "It is made on the host that has the fewest. One that does not come up is taken away again.",
  stopsItself: true,
  run: async (call) => {
    const { terminal, json, signal } = call;
    const [user = ""] = call.arguments;
    const home = await call.home();
    const created = await watched(call, (onEvent) =>
      home.createRuntime({ user, ...serviceFrom(call), onEvent, signal }),
    );
    terminal.out.write(json ? renderJson(created) : renderCreated(created, terminal.out.color));
    return 0;
  },
};
