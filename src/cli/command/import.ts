import { resolve } from "node:path";
import { giveGrants, importValues, type ImportedName, type ImportFrom, type ImportResult } from "#operation";
import type { Call, Command } from "../command.ts";
import { readInput, valueAsArgument } from "../read-value.ts";
import { renderImport } from "../render/import.ts";
import { renderJson } from "../render/json.ts";
import { scopeOf, scopeOptions } from "../scope-option.ts";

export const command: Command = {
  arguments: [{ form: "<from>", description: "a dotenv file, - for standard input, env for the process environment" }],
  options: [
    ...scopeOptions,
    { flags: "--grant", description: "also give each to the services that ask for it without a grant" },
  ],
  description:
    "Takes over the names that a contract knows; placeholders and what does not fit are refused, one by one.\n" +
    "Exits with 2 when something was refused.",
  run: async (call) => {
    const context = await call.context();
    const result = await importValues(context, { from: await fromOf(call), scope: scopeOf(call) });
    const keys = call.options.flag("grant") ? result.values.flatMap(missingGrants) : [];
    await giveGrants(context, keys);
    report(call, keys.length === 0 ? result : { ...result, values: result.values.map(granted) });
    return result.values.some(({ kind }) => kind === "refused") ? 2 : 0;
  },
};

async function fromOf(call: Call): Promise<ImportFrom> {
  const [word = ""] = call.arguments;
  if (/^[A-Za-z_][A-Za-z0-9_]*=/.test(word)) throw valueAsArgument();
  if (word === "env") return { kind: "environment" };
  if (word !== "-") return { kind: "file", path: resolve(call.place.folder, word) };
  if (call.terminal.interactive) call.terminal.err.write("paste the file, then Ctrl-D; this terminal shows it\n");
  return { kind: "text", bytes: await readInput(call), origin: "stdin" };
}

function missingGrants(one: ImportedName) {
  if (one.kind === "refused") return [];
  return one.ungranted.map((service) => ({ service, name: one.name, kind: "hold" as const }));
}

function granted(one: ImportedName): ImportedName {
  if (one.kind === "refused") return one;
  return { ...one, receivers: [...one.receivers, ...one.ungranted], ungranted: [] };
}

function report({ terminal, json }: Call, result: ImportResult): void {
  terminal.out.write(json ? renderJson(result) : renderImport(result, terminal.out.color));
}
