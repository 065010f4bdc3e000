import { acceptHost } from "#operation";
import type { Command } from "../command.ts";
import { confirm } from "../prompt.ts";
import { renderAccepted, renderHostKeys } from "../render/host-key.ts";
import { renderJson } from "../render/json.ts";

export const command: Command = {
  arguments: [{ form: "<host>", description: "host of the manifest" }],
  options: [{ flags: "--replace", description: "also where another key was known; find out first why it changed" }],
  description: "Shows the machine's key fingerprints, asks, and adds them to the known hosts that ssh itself uses.",
  run: async (call) => {
    const { terminal, json, options } = call;
    const [host = ""] = call.arguments;
    const result = await acceptHost(await call.context(), {
      host,
      replace: options.flag("replace"),
      confirm: async (keys) => {
        if (!json) terminal.err.write(renderHostKeys(host, keys, terminal.err.color));
        return confirm(call, "are these the machine's own keys?");
      },
    });
    terminal.out.write(json ? renderJson(result) : renderAccepted(result, terminal.out.color));
    return result.kind === "cancelled" ? 130 : 0;
  },
};
