import type { Command } from "../command.ts";
import { applyExit } from "../exit.ts";
import { watched } from "../progress/watch.ts";
import { confirm } from "../prompt.ts";
import { renderJson } from "../render/json.ts";
import { renderOutcome } from "../render/outcome.ts";
import { serviceFrom, serviceOption } from "../runtime-option.ts";

export const command: Command = {
  arguments: [{ form: "[user]", description: "the user's id; every runtime when it is left out" }],
  options: [serviceOption, { flags: "--now", description: "all at once, without a canary" }],
  description: "Each is made anew beside the old one, which goes once the new one is healthy and it is empty itself.",
  stopsItself: true,
  run: async (call) => {
    const { terminal, json, signal, options } = call;
    const [user] = call.arguments;
    const home = await call.home();
    const result = await watched(call, (onEvent) =>
      home.restartRuntimes({
        ...(user === undefined ? {} : { user }),
        ...serviceFrom(call),
        now: options.flag("now"),
        onEvent,
        signal,
        confirm: (count) => confirm(call, `restart ${count} ${count === 1 ? "runtime" : "runtimes"}?`),
      }),
    );
    terminal.out.write(json ? renderJson(result) : renderOutcome(result, terminal.out.color));
    return applyExit(result);
  },
};
