import { resolve } from "node:path";
import { AppError } from "#kernel";
import { restoreBackup } from "#operation";
import type { Command } from "../command.ts";
import { readIdentity } from "../read-identity.ts";
import { renderJson } from "../render/json.ts";
import { renderRestored } from "../render/keep.ts";

export const command: Command = {
  arguments: [{ form: "<file>", description: "what `keyturn backup` wrote" }],
  options: [
    { flags: "--identity <file>", description: "the recovery identity, for a backup made with --to-recipient" },
    { flags: "--store <url>", description: "into a PostgreSQL database: postgres://USER@HOST/DATABASE" },
    { flags: "--key-lost", description: "the recovery identity stands in for the store's key" },
  ],
  description:
    "Into a home that has no store, with the key that the store had when the backup was made (--key-file); where that\n" +
    "key is lost, with --key-lost and the recovery identity: a new key is made.",
  run: async (call) => {
    const [file = ""] = call.arguments;
    const named = call.options.text("identity");
    if (call.options.flag("keyLost") && named === undefined) {
      throw new AppError("USAGE", "without the store's key, the recovery identity is needed", {
        hint: "give it with --identity FILE",
      });
    }
    const address = call.options.text("store");
    const identity = named === undefined ? undefined : await readIdentity(call, named);
    const result = await restoreBackup(await call.context(), {
      file: resolve(call.place.folder, file),
      keyLost: call.options.flag("keyLost"),
      ...(identity === undefined ? {} : { identity }),
      ...(address === undefined ? {} : { address }),
    });
    const { out } = call.terminal;
    out.write(call.json ? renderJson(result) : renderRestored(result, out.color));
    return 0;
  },
};
