import { resolve } from "node:path";
import { restoreBackup } from "#operation";
import type { Command } from "../command.ts";
import { readIdentity } from "../read-identity.ts";
import { renderJson } from "../render/json.ts";
import { renderRestored } from "../render/keep.ts";

export const command: Command = {
  arguments: [{ form: "<file>", description: "what `keyturn backup` wrote" }],
  options: [
    { flags: "--identity <file>", description: "age identity, for a backup that was made with --to-recipient" },
  ],
  description: "Into a home that has no store, with the key that the store had when the backup was made (--key-file).",
  run: async (call) => {
    const [file = ""] = call.arguments;
    const named = call.options.text("identity");
    const identity = named === undefined ? undefined : await readIdentity(call, named);
    const result = await restoreBackup(await call.context(), {
      file: resolve(call.place.folder, file),
      ...(identity === undefined ? {} : { identity }),
    });
    const { out } = call.terminal;
    out.write(call.json ? renderJson(result) : renderRestored(result, out.color));
    return 0;
  },
};
