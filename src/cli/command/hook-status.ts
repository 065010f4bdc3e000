import { resolve } from "node:path";
import { hookStatus } from "#operation";
import type { Command } from "../command.ts";
import { renderHookStatus } from "../render/hook.ts";
import { renderJson } from "../render/json.ts";

export const command: Command = {
  arguments: [{ form: "[dir]", description: "folder of the repository; this one by default" }],
  options: [],
  description: "Exits with 2 when one of them is not installed.",
  here: true,
  run: async ({ terminal, json, place, arguments: [folder = "."], ...call }) => {
    const status = await hookStatus(await call.context(), resolve(place.folder, folder));
    terminal.out.write(json ? renderJson(status) : renderHookStatus(status, terminal.out.color));
    return status.hooks.every(({ state }) => state === "installed") ? 0 : 2;
  },
};
