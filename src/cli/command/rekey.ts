import { rekeyStore } from "#operation";
import type { Command } from "../command.ts";
import { renderJson } from "../render/json.ts";
import { renderRekeyed } from "../render/keep.ts";

export const command: Command = {
  arguments: [],
  options: [
    {
      flags: "--new-key-file <file>",
      description: "where the new key is or is to be; otherwise in place of the present key file",
    },
  ],
  description: "Values stay as they are; what opens them is wrapped by the new key instead, all or nothing.",
  run: async ({ options, terminal, json, ...call }) => {
    const result = await rekeyStore(await call.context(), options.text("newKeyFile"));
    terminal.out.write(json ? renderJson(result) : renderRekeyed(result, terminal.out.color));
    return 0;
  },
};
