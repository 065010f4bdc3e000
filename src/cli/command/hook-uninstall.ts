import { resolve } from "node:path";
import { uninstallHooks } from "#operation";
import type { Command } from "../command.ts";
import { renderUninstalled } from "../render/hook.ts";
import { renderJson } from "../render/json.ts";

export const command: Command = {
  arguments: [{ form: "[dir]", description: "folder of the repository; this one by default" }],
  options: [],
  description: "What stood there before `keyturn hook install` is put back; hooks of others are left alone.",
  here: true,
  run: async ({ terminal, json, place, arguments: [folder = "."], ...call }) => {
    const result = await uninstallHooks(await call.context(), resolve(place.folder, folder));
    terminal.out.write(json ? renderJson(result) : renderUninstalled(result, terminal.out.color));
    return result.manager === undefined ? 0 : 2;
  },
};
