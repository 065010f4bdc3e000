import { resolve } from "node:path";
import { ejectEnvironment } from "#operation";
import type { Command } from "../command.ts";
import { confirm } from "../prompt.ts";
import { renderJson } from "../render/json.ts";

export const command: Command = {
  arguments: [{ form: "<folder>", description: "a new or empty folder" }],
  options: [],
  description:
    "A dotenv file per service and host, and export.json with values, history, grants and releases. All of it in the\n" +
    "clear, in 0600 files: no lock-in. The store stays as it is.",
  run: async (call) => {
    const { terminal, json } = call;
    const folder = resolve(call.place.folder, call.arguments[0] ?? "");
    if (!(await confirm(call, `write every value in the clear into ${folder}?`))) return 130;
    const result = await ejectEnvironment(await call.context(), folder);
    if (json) terminal.out.write(renderJson(result));
    else {
      const lines = result.files.map((file) => `  ${file}\n`).join("");
      const note = result.asJson.map((target) => `${target} is JSON: a dotenv file can't carry one of its values\n`);
      terminal.out.write(`in the clear, 0600, in ${result.folder}:\n${lines}${note.join("")}`);
      terminal.out.write("remove them when they have served\n");
    }
    return 0;
  },
};
