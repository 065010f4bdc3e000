import { AppError } from "#kernel";
import { scan, type ScanTarget } from "#operation";
import type { Call, Command } from "../command.ts";
import { renderJson } from "../render/json.ts";
import { renderSarif } from "../render/sarif.ts";
import { renderScan } from "../render/scan.ts";

export const command: Command = {
  arguments: [{ form: "[path...]", description: "files and folders; the present folder when none is named" }],
  options: [
    { flags: "--stdin", description: "look through standard input instead" },
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
    const named = call.place.environment ?? context.processEnvironment["KEYTURN_ENV"];
    const environment = named === "" ? undefined : named;
    const result = await scan(context, {
      target: targetOf(call),
      ...(environment === undefined ? {} : { environment }),
    });
    if (options.flag("sarif")) terminal.out.write(renderSarif(result));
    else terminal.out.write(json ? renderJson(result) : renderScan(result, terminal.out.color));
    return result.findings.length === 0 ? 0 : 2;
  },
};

function targetOf({ arguments: paths, options, place, terminal }: Call): ScanTarget {
  if (!options.flag("stdin")) {
    return { kind: "tree", folder: place.folder, paths: paths.length === 0 ? ["."] : paths };
  }
  if (paths.length > 0) throw new AppError("USAGE", "--stdin takes no paths");
  return { kind: "stream", stream: bytesOf(terminal.input) };
}

async function* bytesOf(input: NodeJS.ReadableStream): AsyncGenerator<Uint8Array> {
  for await (const chunk of input) yield typeof chunk === "string" ? Buffer.from(chunk, "utf8") : chunk;
}
