import { resolve } from "node:path";
import { platformPages, writePages } from "#operation";
import type { Command } from "../command.ts";
import { renderJson } from "../render/json.ts";

export const command: Command = {
  arguments: [],
  options: [
    { flags: "--output <dir>", description: "write the pages into this folder; printed otherwise" },
    { flags: "--html", description: "HTML pages instead of Markdown" },
  ],
  description:
    "From the contracts and the manifest: every variable with default and meaning, variables by service, and\n" +
    "each secret with its services, where it is set and where the value comes from; and a runbook for the night when Keyturn\n" +
    "itself is gone: where to look, what to restart in which order, the way back by hand. Never a value of a secret.",
  here: true,
  run: async ({ options, terminal, json, place, ...call }) => {
    const pages = await platformPages(await call.context(), options.flag("html") ? "html" : "markdown");
    const output = options.text("output");
    if (output === undefined) {
      terminal.out.write(json ? renderJson({ pages }) : pages.map(({ text }) => text).join("\n"));
      return 0;
    }
    const written = await writePages(resolve(place.folder, output), pages);
    terminal.out.write(json ? renderJson({ written }) : written.map((path) => `written ${path}\n`).join(""));
    return 0;
  },
};
