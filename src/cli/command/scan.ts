import { resolve } from "node:path";
import { AppError } from "#kernel";
import { scan, type ScanTarget } from "#operation";
import type { Call, Command } from "../command.ts";
import { chosenEnvironment } from "../environment-choice.ts";
import { renderJson } from "../render/json.ts";
import { renderSarif } from "../render/sarif.ts";
import { renderScan } from "../render/scan.ts";

export const command: Command = {
  arguments: [{ form: "[path...]", description: "files and folders; the present folder when none is named" }],
  options: [
    { flags: "--git", description: "all history of the repository, of every branch, and what none leads to any more" },
    { flags: "--staged", description: "what the next commit would bring" },
    { flags: "--range <A..B>", description: "what the commits of a range brought" },
    { flags: "--stdin", description: "standard input" },
    { flags: "--sarif", description: "a SARIF document on standard output, for code scanning" },
  ],
  description:
    "Looks for every secret of the store, versions that are retired or compromised too, of each environment unless --env\n" +
    "names one: as it is, in base64, hex, UTF-16, as URLs, JSON, JavaScript, shells and HTML write it, and split over\n" +
    "lines. Every file is read, ignored ones too. Tells name, version, place and encoding, never a value or a line.\n" +
    "Exits with 2 when something was found.",
  run: async (call) => {
    const { terminal, json, options } = call;
    const context = await call.context();
    const result = await scan(context, { target: targetOf(call), ...chosenEnvironment(call, context) });
    if (options.flag("sarif")) terminal.out.write(renderSarif(result));
    else terminal.out.write(json ? renderJson(result) : renderScan(result, terminal.out.color));
    return result.findings.length === 0 ? 0 : 2;
  },
};

function targetOf({ arguments: paths, options, place, terminal }: Call): ScanTarget {
  const chosen = ["git", "staged", "range", "stdin"].filter(
    (name) => options.flag(name) || options.text(name) !== undefined,
  );
  const [one] = chosen;
  if (chosen.length > 1) throw new AppError("USAGE", `--${chosen.join(" and --")} exclude each other`);
  if (one === undefined) return { kind: "tree", folder: place.folder, paths: paths.length === 0 ? ["."] : paths };
  if (paths.length > (one === "stdin" ? 0 : 1)) {
    throw new AppError("USAGE", one === "stdin" ? "--stdin takes no paths" : `--${one} takes one folder`);
  }
  if (one === "stdin") return { kind: "stream", stream: bytesOf(terminal.input) };
  return { kind: "git", folder: resolve(place.folder, paths[0] ?? "."), select: selectionOf(options) };
}

function selectionOf(options: Call["options"]): Extract<ScanTarget, { kind: "git" }>["select"] {
  const range = options.text("range");
  if (range === undefined) return { kind: options.flag("staged") ? "staged" : "all" };
  if (range.startsWith("-")) throw new AppError("USAGE", "--range takes A..B, as `git log A..B` does");
  return { kind: "revisions", revisions: [range] };
}

async function* bytesOf(input: NodeJS.ReadableStream): AsyncGenerator<Uint8Array> {
  for await (const chunk of input) yield typeof chunk === "string" ? Buffer.from(chunk, "utf8") : chunk;
}
