import { signAudit } from "#operation";
import type { Command } from "../command.ts";
import { renderJson } from "../render/json.ts";

export const command: Command = {
  arguments: [],
  options: [],
  description:
    "Keep it where this machine can't write, with the verifier key that is printed beside it:\n" +
    "  keyturn audit checkpoint > checkpoint.txt\n" +
    "  keyturn audit verify --checkpoint checkpoint.txt --verifier KEY",
  run: async ({ terminal, json, ...call }) => {
    const result = await signAudit(await call.context());
    terminal.out.write(json ? renderJson(result) : result.checkpoint);
    if (!json) terminal.err.write(`verifier: ${result.verifier}\n`);
    return 0;
  },
};
