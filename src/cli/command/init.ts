import { basename, join, resolve } from "node:path";
import { AppError, type Finding } from "#kernel";
import {
  environmentNames,
  extendIgnoreList,
  findPlatformFiles,
  giveGrants,
  hasManifest,
  listGrants,
  prepareStore,
  proposePlatform,
  writeManifest,
  type Context,
  type GrantKey,
  type ProposedPlatform,
  type Wish,
} from "#operation";
import type { Call, Command } from "../command.ts";
import { confirm } from "../prompt.ts";
import { renderFindings } from "../render/finding.ts";
import { renderJson } from "../render/json.ts";
import { renderAsked, renderInit, renderJoined, renderProposal, type InitResult } from "../render/init.ts";

export const command: Command = {
  arguments: [{ form: "[dir]", description: "folder of the platform; this one by default" }],
  options: [
    { flags: "--host <name>", description: "a host, by the name that ssh knows; may be repeated", many: true },
    { flags: "--name <platform>", description: "what the platform is called; the folder's name by default" },
    { flags: "--store <url>", description: "a PostgreSQL database for the store: postgres://USER@HOST/DATABASE" },
    { flags: "--answer <key=text>", description: "answer to another question, as init lists them", many: true },
  ],
  description:
    "Reads .env.example, unit, compose and Vite files, proposes keyturn.yaml, lists .env and local notes in\n" +
    ".gitignore, makes the store and its key, and grants what the contracts ask for today.\n" +
    "On a terminal it asks what files don't show. Elsewhere, and with --yes, suggestions stand in keyturn.yaml,\n" +
    "each marked as inferred; nothing is granted there without --yes. No file is ever overwritten.\n" +
    "Where keyturn.yaml is there already (a fresh clone), only the store is made.",
  run: async (call) => {
    const folder = resolve(call.place.folder, call.arguments[0] ?? ".");
    const manifest =
      call.place.manifest === undefined
        ? join(folder, "keyturn.yaml")
        : resolve(call.place.folder, call.place.manifest);
    const context = await call.context({ manifest });
    return (await hasManifest(context)) ? joinPlatform(call, context) : start(call, context, folder);
  },
};

/** A colleague's clone: the manifest is there, the store is each machine's own. */
async function joinPlatform({ terminal, json, options }: Call, context: Context): Promise<number> {
  const store = await prepareStore(context, options.text("store"));
  if (store.kind === "there") {
    throw new AppError("ALREADY_EXISTS", `${context.manifest} and its store are there already`, {
      hint: "nothing was changed; `keyturn check` looks whether all of it fits",
    });
  }
  terminal.out.write(json ? renderJson({ manifest: context.manifest, store }) : renderJoined(context.manifest, store));
  return 0;
}

async function start(call: Call, context: Context, folder: string): Promise<number> {
  const { terminal, json } = call;
  const proposal = await propose(call, folder);
  if (asks(call) && !(await confirm(call, `write ${context.manifest} and make the store?`))) {
    throw new AppError("CANCELLED", "nothing was written");
  }
  // first what may fail for reasons that lie elsewhere: nothing is left of it then
  const store = await prepareStore(context, call.options.text("store"));
  const ignored = await extendIgnoreList(folder, proposal.committed);
  await writeManifest(context, proposal.text);
  const environments = await environmentNames(context);
  const granted = await grantAll(call, { manifest: context.manifest, environments });
  const result: InitResult = {
    manifest: context.manifest,
    environments,
    services: proposal.services,
    open: proposal.open,
    ignored,
    store,
    ...granted,
  };
  terminal.out.write(json ? renderJson(result) : renderInit(result, terminal.out.color));
  return granted.findings.some(({ severity }) => severity === "error") ? 2 : 0;
}

function asks({ terminal, json, yes }: Call): boolean {
  return terminal.interactive && !json && !yes;
}

async function propose(call: Call, folder: string): Promise<ProposedPlatform> {
  const found = await findPlatformFiles(folder);
  const answers = givenAnswers(call, folder);
  const first = proposePlatform(folder, found, answers);
  if (!call.json) call.terminal.err.write(renderProposal(first, call.terminal.err.color));
  if (!asks(call)) return first;
  const name = { platform: call.options.text("name") ?? (await ask("what is the platform called?", nameOf(folder))) };
  const more: Record<string, string> = {};
  for (const { key, text, suggestion } of first.open) {
    more[key] = await ask(
      text,
      key.startsWith("hosts.") ? (answers["hosts"] ?? more["hosts"] ?? suggestion) : suggestion,
    );
  }
  return proposePlatform(folder, found, { ...answers, ...more, ...name });
}

function givenAnswers({ options }: Call, folder: string): Readonly<Record<string, string>> {
  const hosts = options.list("host").join(", ");
  const others = options.list("answer").map((text): [string, string] => {
    const at = text.indexOf("=");
    if (at < 1) throw new AppError("USAGE", "--answer wants KEY=TEXT", { hint: "--answer instances.fleet=1,2,3" });
    return [text.slice(0, at), text.slice(at + 1)];
  });
  return {
    platform: options.text("name") ?? nameOf(folder),
    ...(hosts === "" ? {} : { hosts }),
    ...Object.fromEntries(others),
  };
}

/** In the manifest's grammar for names. */
function nameOf(folder: string): string {
  const clean = basename(folder)
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, "-");
  return clean.replaceAll(/^[^a-z]+|-+$/g, "").slice(0, 50) || "platform";
}

async function ask(message: string, suggestion: string): Promise<string> {
  const { text, isCancel } = await import("@clack/prompts");
  const answer = await text({ message, initialValue: suggestion });
  if (isCancel(answer)) throw new AppError("CANCELLED", "nothing was written");
  return answer ?? "";
}

interface Granted {
  readonly grants: readonly (GrantKey & { readonly environment: string })[];
  /** asked for, and not given */
  readonly wishes: readonly Wish[];
  /** what speaks against the manifest as it was written */
  readonly findings: readonly Finding[];
}

interface Written {
  readonly manifest: string;
  readonly environments: readonly string[];
}

/** What contracts ask for today is given after it was shown; names that steer loaders never are in bulk. */
async function grantAll(call: Call, { manifest, environments }: Written): Promise<Granted> {
  try {
    const contexts = new Map<string, Context>();
    for (const environment of environments) contexts.set(environment, await call.context({ manifest, environment }));
    const asked = new Map<string, readonly Wish[]>();
    for (const [name, context] of contexts) asked.set(name, (await listGrants(context)).wishes);
    const wishes = unique([...asked.values()].flat());
    const usual = wishes.filter(({ kind }) => kind === "hold");
    if (!call.json) call.terminal.err.write(renderAsked(usual, call.terminal.err.color));
    const go = usual.length > 0 && (call.yes || asks(call)) && (await confirm(call, "grant this?"));
    if (!go) return { grants: [], wishes, findings: [] };
    const grants = [];
    for (const [environment, context] of contexts) {
      const keys = (asked.get(environment) ?? []).filter(({ kind }) => kind === "hold");
      const given = await giveGrants(
        context,
        keys.map(({ service, name, kind }) => ({ service, name, kind })),
      );
      grants.push(...given.map(({ service, name, kind }) => ({ service, name, kind, environment })));
    }
    return { grants, wishes: wishes.filter(({ kind }) => kind !== "hold"), findings: [] };
  } catch (error) {
    // the manifest was written and stays: what is wrong with it is for a person to mend
    if (!(error instanceof AppError) || error.findings.length === 0) throw error;
    call.terminal.err.write(renderFindings(error.findings, call.terminal.err.color));
    return { grants: [], wishes: [], findings: error.findings };
  }
}

function unique(wishes: readonly Wish[]): readonly Wish[] {
  return [...new Map(wishes.map((wish) => [`${wish.service} ${wish.name} ${wish.kind}`, wish])).values()];
}
