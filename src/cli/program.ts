import { Command as Program, CommanderError, Option } from "commander";
import { AppError, errorCodes, withoutPasted, type Clock } from "#kernel";
import type { Home } from "#operation";
import { catalog, type Entry } from "./catalog.ts";
import {
  everywhere,
  type Call,
  type Command,
  type Options,
  type Place,
  type ServeRequest,
  type Serving,
} from "./command.ts";
import { completion } from "./completion.ts";
import { endAtInterrupt } from "./end-at-interrupt.ts";
import { withoutSpareWords } from "./pasted.ts";
import { renderError } from "./render/error.ts";
import type { Terminal } from "./terminal.ts";

export interface CliInput {
  readonly arguments: readonly string[];
  readonly terminal: Terminal;
  readonly version: string;
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** address of the server that keeps the home; nothing where that is a folder of this machine */
  readonly away: (place: Place) => Promise<string | undefined>;
  readonly makeHome: (place: Place) => Promise<Home>;
  readonly makeContext: (place: Place) => Promise<Awaited<ReturnType<Call["context"]>>>;
  readonly serve: (place: Place, request: ServeRequest) => Promise<Serving>;
  readonly serveWeb: Call["serveWeb"];
  readonly serveStdio: (place: Place) => Promise<void>;
  /** closes what was opened for the call */
  readonly close: () => Promise<void>;
}

/** Runs one command and gives its exit code; nothing is thrown. */
export async function runCli(input: CliInput): Promise<number> {
  let code = 0;
  let json = input.arguments.includes("--json");
  try {
    const program = await makeProgram(input, (result, asJson) => {
      code = result;
      json = asJson;
    });
    await program.parseAsync([...input.arguments], { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : errorCodes.USAGE.exit;
    return renderError(input.terminal, error, { json, words: input.arguments });
  } finally {
    await input.close();
  }
}

type Report = (code: number, json: boolean) => void;

/** The verb that was called is loaded with its options; of the others only name and summary are known. */
async function makeProgram(input: CliInput, report: Report): Promise<Program> {
  const program = root(input);
  const called = new Set(input.arguments);
  for (const entry of [...catalog, completion].filter(({ name }) => !name.includes(" "))) {
    if (called.has(entry.name)) addCommand(program, entry, (await entry.load()).command, input, report);
    else
      program
        .command(entry.name, { hidden: entry.hidden === true })
        .summary(entry.summary)
        .description(entry.summary)
        .helpGroup(entry.group);
  }
  for (const entry of catalog.filter(({ name }) => name.includes(" "))) {
    const [verb = ""] = entry.name.split(" ");
    const parent = program.commands.find((one) => one.name() === verb);
    if (parent === undefined) throw new Error(`${entry.name} has no ${verb} in the catalog`);
    if (called.has(verb)) addCommand(parent, entry, (await entry.load()).command, input, report);
  }
  return program;
}

function root({ terminal, version, arguments: words }: CliInput): Program {
  const program = new Program("keyturn")
    .description("Gets every secret of a platform into the processes that need it, and proves that it is there.")
    .version(version, "--version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand(false)
    .showSuggestionAfterError(true)
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out.write(text),
      writeErr: (text) => terminal.err.write(usageError(text, words)),
    });
  return program.addHelpText(
    "after",
    "\nKEYTURN_URL names the server that keeps the home, as https://keyturn.example.com or ssh://ops1: docs/client.md.\n" +
      "Exit codes: 0 done, 1 failed, 2 something to do, 64 wrong use; docs/errors.md has the rest.",
  );
}

function usageError(text: string, words: readonly string[]): string {
  if (!text.startsWith("error: ")) return text;
  const told = withoutPasted(withoutSpareWords(text), words);
  return `keyturn: ${told}keyturn: hint: ${errorCodes.USAGE.hint}\n`;
}

function addCommand(program: Program, entry: Entry, command: Command, input: CliInput, report: Report): void {
  const sub = program
    .command(entry.name.split(" ").at(-1) ?? "")
    .summary(entry.summary)
    .enablePositionalOptions()
    .helpGroup(entry.name.includes(" ") ? "Commands:" : entry.group);
  sub.description([entry.summary, command.description].filter((text) => text !== undefined).join("\n\n"));
  for (const { form, description } of command.arguments) sub.argument(form, description);
  for (const option of [...command.options, ...everywhere]) sub.addOption(optionOf(option));
  sub.allowUnknownOption(command.unknownOptions === true);
  sub.passThroughOptions(command.arguments.some(({ form }) => form.startsWith("<command")));
  sub.action(async (...given: unknown[]) => {
    const call = makeCall(input, entry, command, given);
    if (command.stopsItself !== true) endAtInterrupt(call);
    report(await command.run(call), call.json);
  });
}

function optionOf({ flags, description, many }: Command["options"][number]): Option {
  const option = new Option(flags, description);
  return many === true
    ? option.argParser((value: string, before: unknown) => [...(Array.isArray(before) ? before : []), value])
    : option;
}

/** commander calls an action with each argument, then the options, then the command. */
function makeCall(input: CliInput, entry: Entry, command: Command, given: readonly unknown[]): Call {
  const count = command.arguments.length;
  const raw = (given[count] ?? {}) as Readonly<Record<string, unknown>>;
  const options = optionsOf(raw);
  const words = given.slice(0, count).flatMap((value) => (Array.isArray(value) ? value : [value]));
  const place = placeOf(input.folder, options);
  const away = () => input.away(place);
  let opened: ReturnType<typeof input.makeHome> | undefined;
  const here = typeof command.here === "function" ? command.here(options) : command.here === true;
  const refuseAway = async (): Promise<void> => {
    const address = here ? undefined : await away();
    if (address !== undefined) throw needsHome(entry.name, address);
  };
  return {
    arguments: words.filter((word): word is string => typeof word === "string"),
    options,
    terminal: input.terminal,
    json: options.flag("json"),
    yes: options.flag("yes"),
    signal: input.signal,
    place,
    clock: input.clock,
    away,
    home: () => (opened ??= input.makeHome(place)),
    context: (other = {}) => refuseAway().then(() => input.makeContext({ ...place, ...other })),
    serve: (request) => refuseAway().then(() => input.serve(place, request)),
    serveWeb: input.serveWeb,
    serveStdio: () => refuseAway().then(() => input.serveStdio(place)),
  };
}

function needsHome(verb: string, address: string): AppError {
  return new AppError("NEEDS_HOME", `${verb} works where the home is, and KEYTURN_URL says that it is at ${address}`, {
    hint: `run \`keyturn ${verb}\` on that machine, or name a home of this one with --home`,
  });
}

function optionsOf(raw: Readonly<Record<string, unknown>>): Options {
  return {
    text: (name) => (typeof raw[name] === "string" ? raw[name] : undefined),
    flag: (name) => raw[name] === true,
    list: (name) => (Array.isArray(raw[name]) ? raw[name].filter((item) => typeof item === "string") : []),
  };
}

function placeOf(folder: string, options: Options): Place {
  const named = { home: "home", manifest: "manifest", environment: "env", keyFile: "keyFile" } as const;
  const given = Object.entries(named).flatMap(([key, option]) => {
    const value = options.text(option);
    return value === undefined ? [] : [[key, value]];
  });
  return { folder, ...Object.fromEntries(given) };
}
