import { resolve } from "node:path";
import { AppError } from "#kernel";
import {
  acceptCredentials,
  readKit,
  scan,
  scanWithKit,
  type Context,
  type KitScanResult,
  type ScanResult,
  type ScanTarget,
} from "#operation";
import type { Call, Command } from "../command.ts";
import { chosenEnvironment } from "../environment-choice.ts";
import { renderJson } from "../render/json.ts";
import { renderSarif } from "../render/sarif.ts";
import { renderAccepted, renderScan } from "../render/scan.ts";
import { askText } from "../prompt.ts";
import { scanOnHosts } from "../scan-on-hosts.ts";

export const command: Command = {
  arguments: [
    {
      form: "[path...]",
      description: "files and folders, the present folder when none is named; with --hosts hosts, all of them",
    },
  ],
  options: [
    { flags: "--git", description: "all history of the repository, of every branch, and what none leads to any more" },
    { flags: "--staged", description: "what the next commit would bring" },
    { flags: "--range <A..B>", description: "what the commits of a range brought" },
    { flags: "--stdin", description: "standard input" },
    {
      flags: "--hosts",
      description: "what lies on the hosts: journal, containers' logs, /opt and the services' folders",
    },
    {
      flags: "--kit <file>",
      description: "a file of `keyturn scan-kit export` in place of the store; KEYTURN_URL confirms",
    },
    { flags: "--values-only", description: "leaves out credentials that are known by their format alone" },
    { flags: "--formats-only", description: "looks for those alone, which needs no store" },
    { flags: "--accept", description: "lets what was found of them stand until a day: keyturn.accepted.yaml" },
    { flags: "--reason <text>", description: "why, for --accept" },
    { flags: "--until <day>", description: "the last day, as 2027-01-31, for --accept" },
    { flags: "--label <name>", description: "what --stdin is, as `image shop:42`: findings are kept under that name" },
    { flags: "--no-record", description: "keeps nothing of it for `keyturn findings`" },
    { flags: "--sarif", description: "a SARIF document on standard output, for code scanning" },
  ],
  description:
    "Looks for every secret of the store, versions that are retired or compromised too, of each environment unless --env\n" +
    "names one: as it is, in base64, hex, UTF-16, as URLs, JSON, JavaScript, shells and HTML write it, and split over\n" +
    "lines. Every file is read, ignored ones too. Tells name, version, place and encoding, never a value or a line.\n" +
    "Credentials that the store does not have are told by their format or the name beside them: keys of vendors, private\n" +
    "keys, signed tokens, URLs with a password, values for variables that the contracts call secret.\n" +
    "What is found is kept in the store, never a value: `keyturn findings`. Not of --staged, and of --stdin under a --label.\n" +
    "With --kit neither store nor key is needed: what may be a value is confirmed by the server that KEYTURN_URL names.\n" +
    "With --hosts each host looks by itself for the values that it holds: none goes to another one, and no log leaves it.\n" +
    "Exits with 2 when something was found, with 3 when there is only what nobody confirmed, with 1 when there is nothing\n" +
    "but a host was not searched to the end.",
  here: (options) => options.flag("formatsOnly") || options.text("kit") !== undefined,
  run: async (call) => {
    const { terminal, json, options } = call;
    if (options.flag("hosts")) return scanOnHosts(call);
    const context = await call.context();
    const result = await look(call, context);
    if (options.flag("accept")) return accept(call, context, result);
    if (options.flag("sarif")) terminal.out.write(renderSarif(result));
    else terminal.out.write(json ? renderJson(result) : renderScan(result, terminal.out.color));
    if (result.findings.length + result.credentials.length > 0) return 2;
    return "candidates" in result && result.candidates.length > 0 ? unconfirmed : 0;
  },
};

/** nobody can say whether it is something */
const unconfirmed = 3;

async function look(call: Call, context: Context): Promise<ScanResult | KitScanResult> {
  const { options, place } = call;
  const request = { target: targetOf(call), wanted: wantedOf(options) };
  const file = options.text("kit");
  const label = labelOf(call);
  const keep = options.flag("record") ? { keep: label === undefined ? {} : { label } } : {};
  if (file === undefined) return scan(context, { ...request, ...keep, ...chosenEnvironment(call, context) });
  if (request.wanted === "formats") throw new AppError("USAGE", "--kit and --formats-only exclude each other");
  const kit = await readKit(resolve(place.folder, file));
  if ((await call.away()) === undefined) return scanWithKit(context, { ...request, kit });
  return scanWithKit(context, {
    ...request,
    ...keep,
    kit,
    confirm: async (asked) => (await call.home()).confirmCandidates(asked),
  });
}

function labelOf({ options }: Call): string | undefined {
  const label = options.text("label");
  if (label === undefined) return undefined;
  if (!options.flag("stdin")) throw new AppError("USAGE", "--label names what --stdin is");
  if (/^[^\p{Cc}]{1,200}$/u.test(label)) return label;
  throw new AppError("USAGE", "--label takes a name of at most 200 characters");
}

function wantedOf(options: Call["options"]): ScanResult["wanted"] {
  const [values, formats] = [options.flag("valuesOnly"), options.flag("formatsOnly")];
  if (values && formats) throw new AppError("USAGE", "--values-only and --formats-only exclude each other");
  if (values && options.flag("accept")) throw new AppError("USAGE", "a value of the store is never accepted");
  return values ? "values" : formats ? "formats" : "both";
}

/** Values of the store can't be accepted, and are told as ever. */
async function accept(call: Call, context: Context, result: ScanResult): Promise<number> {
  const { terminal, json, options } = call;
  const { credentials, findings } = result;
  if (!json) terminal.err.write(renderScan(result, terminal.err.color));
  if (credentials.length === 0) throw new AppError("NOT_FOUND", "there is nothing to accept");
  const reason = await answer(call, {
    flag: "--reason",
    given: options.text("reason"),
    message: "why may they stand?",
  });
  const until = await answer(call, { flag: "--until", given: options.text("until"), message: "until which day?" });
  const accepted = await acceptCredentials(context, { credentials, reason, until, ...keptBy(call, result) });
  terminal.out.write(json ? renderJson(accepted) : renderAccepted(accepted, terminal.out.color));
  return findings.length === 0 ? 0 : 2;
}

/** Where the store has what was found. */
function keptBy(call: Call, { kept, environments }: ScanResult) {
  if (kept === undefined || "failed" in kept) return {};
  const label = labelOf(call);
  return { kept: { target: targetOf(call), environments, ...(label === undefined ? {} : { label }) } };
}

interface Question {
  readonly flag: string;
  readonly given: string | undefined;
  readonly message: string;
}

async function answer({ terminal, json }: Call, { flag, given, message }: Question): Promise<string> {
  if (given !== undefined) return given;
  if (json || !terminal.interactive) {
    throw new AppError("USAGE", "--accept wants a reason and a last day", { hint: `say it with ${flag}` });
  }
  return askText(message);
}

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
