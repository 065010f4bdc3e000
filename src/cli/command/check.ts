import { resolve } from "node:path";
import { checkPlatform, environmentNames, type Context } from "#operation";
import type { Call, Command } from "../command.ts";
import { renderCheck } from "../render/check.ts";
import { findingsFrom } from "../render/finding.ts";
import { renderJson } from "../render/json.ts";

export const command: Command = {
  arguments: [],
  options: [
    {
      flags: "--code [dir]",
      description: "compare code with the contracts: this folder, or each contract's own; may be repeated",
      many: true,
    },
    { flags: "--values", description: "fail where there is no store to check values in" },
  ],
  description:
    "Contracts, manifest, grants, values and .gitignore: complete, valid, without contradiction.\n" +
    "Looks at every environment unless --env names one. Without a store, values are not checked.\n" +
    "Exits with 2 when there is an error among the findings.",
  here: true,
  run: async (call) => {
    const { terminal, json, options } = call;
    const result = await checkPlatform(await contexts(call), {
      ...codeOf(call),
      needsValues: options.flag("values"),
    });
    const shown = { ...result, findings: findingsFrom(result.findings, call.place.folder) };
    if (json) terminal.out.write(renderJson(shown));
    else terminal.out.write(renderCheck(shown, terminal.out.color));
    return result.findings.some(({ severity }) => severity === "error") ? 2 : 0;
  },
};

/** One for the environment that was named, or one for each. */
async function contexts(call: Call): Promise<readonly Context[]> {
  const context = await call.context();
  const named = call.place.environment ?? context.processEnvironment["KEYTURN_ENV"];
  const names = await environmentNames(context);
  if ((named !== undefined && named !== "") || names.length < 2) return [context];
  return Promise.all(names.map((environment) => call.context({ environment })));
}

function codeOf({ options, place }: Call): { readonly code?: readonly string[] } {
  const folders = options.list("code").map((folder) => resolve(place.folder, folder));
  return options.flag("code") || folders.length > 0 ? { code: folders } : {};
}
