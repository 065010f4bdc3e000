import type { CompletionNames } from "#operation";
import { catalog, type Entry } from "./catalog.ts";
import { everywhere, type Command, type OptionSpec } from "./command.ts";

export interface Candidate {
  readonly text: string;
  readonly description: string;
}

type Names = CompletionNames & { readonly environments: readonly string[] };

/** What may stand where the last word is, beginning with it. Names are asked for only where one fits. */
export async function candidatesFor(
  words: readonly string[],
  names: () => Promise<Names>,
): Promise<readonly Candidate[]> {
  const partial = words.at(-1) ?? "";
  const before = words.slice(0, -1);
  const found = await possible(before, partial, names);
  return found.filter(({ text }) => text.startsWith(partial));
}

async function possible(
  before: readonly string[],
  partial: string,
  names: () => Promise<Names>,
): Promise<readonly Candidate[]> {
  const entry = entryOf(before);
  if (entry === undefined) return verbs(before);
  const { command } = await entry.load();
  const options = [...command.options, ...everywhere];
  const taking = options.find(
    (option) => takesValue(option) && option.flags.split(/[ ,]+/).includes(before.at(-1) ?? ""),
  );
  if (taking !== undefined) return valuesOf(taking.flags, await names());
  if (partial.startsWith("-")) return options.map(({ flags, description }) => ({ text: longFlag(flags), description }));
  const count = positionals(before, options).length - entry.name.split(" ").length;
  // the only verb whose arguments are something else with an option
  const form = before.includes("--hosts") ? "host" : formAt(command, count);
  const own = form === undefined ? [] : await argumentsOf(form, names);
  return count === 0 ? [...verbs(before), ...own] : own;
}

/** The verb that was written, of two words where they are one. */
function entryOf(before: readonly string[]): Entry | undefined {
  const [verb, part] = before.filter((word) => !word.startsWith("-"));
  return catalog.find(({ name }) => name === `${verb} ${part}`) ?? catalog.find(({ name }) => name === verb);
}

/** First words, or the second words of the verb that stands there. */
function verbs(before: readonly string[]): readonly Candidate[] {
  const depth = before.length;
  return catalog
    .map(({ name, summary }) => ({ words: name.split(" "), summary }))
    .filter(({ words }) => words.length === depth + 1 && words.slice(0, depth).every((word, at) => word === before[at]))
    .map(({ words, summary }) => ({ text: words.at(-1) ?? "", description: summary }));
}

function positionals(before: readonly string[], options: readonly OptionSpec[]): readonly string[] {
  const taking = new Set(options.filter(takesValue).flatMap(({ flags }) => flags.split(/[ ,]+/).filter(isFlag)));
  return before.filter((word, at) => !isFlag(word) && !taking.has(before[at - 1] ?? ""));
}

/** The last argument may stand any number of times. */
function formAt({ arguments: forms }: Command, index: number): string | undefined {
  const last = forms.at(-1)?.form;
  return forms[index]?.form ?? (last?.includes("...") === true ? last : undefined);
}

async function argumentsOf(form: string, names: () => Promise<Names>): Promise<readonly Candidate[]> {
  if (form.includes("shell")) return ["bash", "zsh", "fish"].map((text) => ({ text, description: "shell" }));
  return /service|host|name|part/.test(form) ? valuesOf(form, await names()) : [];
}

function valuesOf(form: string, names: Names): readonly Candidate[] {
  const as = (kind: string, texts: readonly string[]) => texts.map((text) => ({ text, description: kind }));
  if (form.includes("part")) {
    return [...as("service", names.services), ...as("host", names.hosts), ...as("target", names.targets)];
  }
  if (form.includes("<state>")) return as("state", ["new", "accepted", "rotated", "gone"]);
  if (form.includes("env")) return as("environment", names.environments);
  if (form.includes("service")) return as("service", names.services);
  if (/host|against/.test(form)) return as("host", names.hosts);
  return /name|subject/.test(form) ? as("variable", names.variables) : [];
}

function takesValue({ flags }: OptionSpec): boolean {
  return /[<[]/.test(flags);
}

function longFlag(flags: string): string {
  return /--[\w-]+/.exec(flags)?.[0] ?? flags;
}

function isFlag(word: string): boolean {
  return word.startsWith("-");
}
