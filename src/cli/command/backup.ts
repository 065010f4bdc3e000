import { resolve } from "node:path";
import { backupStore } from "#operation";
import type { Command } from "../command.ts";
import { renderBackup } from "../render/keep.ts";
import { renderJson } from "../render/json.ts";

export const command: Command = {
  arguments: [{ form: "<file>", description: "new file; nothing is overwritten" }],
  options: [
    { flags: "--to-recipient", description: "encrypt the whole file to the store's recovery recipient as well" },
  ],
  description: "Values stay sealed in it: it opens with the store's key only, so keep that key somewhere else.",
  run: async ({ arguments: [file = ""], options, terminal, json, place, ...call }) => {
    const request = { file: resolve(place.folder, file), toRecipient: options.flag("toRecipient") };
    const result = await backupStore(await call.context(), request);
    terminal.out.write(json ? renderJson(result) : renderBackup(result, terminal.out.color));
    return 0;
  },
};
