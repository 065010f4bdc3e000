import { drillRecovery } from "#operation";
import type { Command } from "../command.ts";
import { readIdentity } from "../read-identity.ts";
import { renderJson } from "../render/json.ts";
import { renderDrill } from "../render/keep.ts";

export const command: Command = {
  arguments: [{ form: "<file>", description: "the age identity; take it back offline afterwards" }],
  options: [],
  description:
    "Opens every root key with the identity and compares. Production secrets are refused until it has passed once.",
  run: async (call) => {
    const [file = ""] = call.arguments;
    const identity = await readIdentity(call, file);
    const result = await drillRecovery(await call.context(), identity);
    const { out } = call.terminal;
    out.write(call.json ? renderJson({ kind: "proved", ...result }) : renderDrill(result, out.color));
    return 0;
  },
};
