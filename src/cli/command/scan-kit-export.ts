import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { AppError } from "#kernel";
import { exportKit } from "#operation";
import type { Command } from "../command.ts";
import { chosenEnvironment } from "../environment-choice.ts";
import { renderJson } from "../render/json.ts";
import { renderExportedKit } from "../render/scan-kit.ts";

export const command: Command = {
  arguments: [],
  options: [
    { flags: "--out <file>", description: "where it is written; standard output otherwise" },
    { flags: "--names", description: "the kit has the values' names: what was found is told by name without a server" },
  ],
  description:
    "Writes a file with which `keyturn scan --kit FILE` finds values where neither store nor key are. It has 48 bits of a\n" +
    "hash of each, and only of values of which chance made 128 bits or more, as far as that can be shown: those that Keyturn\n" +
    "made, and vendors' keys. All others are named: no kit finds them. Of each environment unless --env names one.",
  run: async (call) => {
    const { options, terminal, json, place } = call;
    const out = options.text("out");
    if (out === undefined && json) throw new AppError("USAGE", "--json wants --out: the kit would be in its way");
    const context = await call.context();
    const { text, ...result } = await exportKit(context, {
      names: options.flag("names"),
      ...chosenEnvironment(call, context),
    });
    if (out === undefined) terminal.out.write(text);
    else await write(resolve(place.folder, out), text);
    const told = { ...result, ...(out === undefined ? {} : { file: out }) };
    if (json) terminal.out.write(renderJson(told));
    else terminal.err.write(renderExportedKit(told, terminal.err.color));
    return 0;
  },
};

async function write(file: string, text: string): Promise<void> {
  await writeFile(file, text).catch((cause: unknown) => {
    throw new AppError("FILE_UNREADABLE", `${file} can't be written`, { cause });
  });
}
