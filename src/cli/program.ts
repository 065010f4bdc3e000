import { Command as Program, CommanderError, Option } from "commander";
import { errorCodes, withoutPasted } from "#kernel";
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
  readonly makeContext: (place: Place) => Promise<Awaited<ReturnType<Call["context"]>>>;
  readonly serve: (place: Place, request: ServeRequest) => Promise<Serving>;
  /** closes what the context opened */
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
  for (const entry of catalog) {
    const [verb = "", part] = entry.name.split(" ");
    if (called.has(verb)) addCommand(parentOf(program, entry), entry, (await entry.load()).command, input, report);
    else if (part === undefined)
      program
        .command(verb, { hidden: entry.hidden === true })
        .summary(entry.summary)
        .description(entry.summary)
        .helpGroup(entry.group);
  }
  return program;
}

/** `hosts prepare` is a command of `hosts`, which stands before it in the catalog. */
function parentOf(program: Program, { name }: Entry): Program {
  const [verb, part] = name.split(" ");
  return part === undefined ? program : (program.commands.find((one) => one.name() === verb) ?? program);
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
    "\nExit codes: 0 done, 1 failed, 2 something to do, 64 wrong use; docs/errors.md has the rest.",
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
    const call = makeCall(input, given, command.arguments.length);
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
function makeCall(input: CliInput, given: readonly unknown[], count: number): Call {
  const raw = (given[count] ?? {}) as Readonly<Record<string, unknown>>;
  const options = optionsOf(raw);
  const words = given.slice(0, count).flatMap((value) => (Array.isArray(value) ? value : [value]));
  const place = placeOf(input.folder, options);
  return {
    arguments: words.filter((word): word is string => typeof word === "string"),
    options,
    terminal: input.terminal,
    json: options.flag("json"),
    yes: options.flag("yes"),
    signal: input.signal,
    place,
    context: (other = {}) => input.makeContext({ ...place, ...other }),
    serve: (request) => input.serve(place, request),
  };
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
