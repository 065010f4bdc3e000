import { resolve } from "node:path";
import { AppError } from "#kernel";
import { initRecovery, writePrivate } from "#operation";
import type { Command } from "../command.ts";
import { renderJson } from "../render/json.ts";
import { renderRecoveryInit } from "../render/keep.ts";

export const command: Command = {
  arguments: [],
  options: [
    { flags: "--out <file>", description: "make an age identity and write it to this new file" },
    { flags: "--recipient <age1…>", description: "use a recipient whose identity exists already" },
    { flags: "--replace", description: "in place of the recipient there is; it has to be proved anew" },
  ],
  run: async ({ options, terminal, json, place, ...call }) => {
    const [out, recipient] = [options.text("out"), options.text("recipient")];
    if ((out === undefined) === (recipient === undefined)) {
      throw new AppError("USAGE", "either --out or --recipient is needed", {
        hint: "`keyturn recovery init --out FILE` makes a new identity",
      });
    }
    const file = out === undefined ? undefined : resolve(place.folder, out);
    const result = await initRecovery(await call.context(), {
      keep: async (identity) => (file === undefined ? undefined : writePrivate(file, identity, false)),
      replace: options.flag("replace"),
      ...(recipient === undefined ? {} : { recipient }),
    });
    const told = { ...result, ...(file === undefined ? {} : { file }) };
    terminal.out.write(json ? renderJson(told) : renderRecoveryInit(told, terminal.out.color));
    return 0;
  },
};
