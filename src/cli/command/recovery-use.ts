import { recoverWith } from "#operation";
import type { Command } from "../command.ts";
import { readIdentity } from "../read-identity.ts";
import { renderJson } from "../render/json.ts";
import { renderRecovered } from "../render/keep.ts";

export const command: Command = {
  arguments: [{ form: "<file>", description: "the age identity; take it back offline afterwards" }],
  options: [],
  description:
    "Makes a new key in the place of the lost one. For a backup, `keyturn restore --key-lost` does the same.",
  run: async (call) => {
    const [file = ""] = call.arguments;
    const identity = await readIdentity(call, file);
    const result = await recoverWith(await call.context(), identity);
    const { out } = call.terminal;
    out.write(call.json ? renderJson(result) : renderRecovered(result, out.color));
    return 0;
  },
};
