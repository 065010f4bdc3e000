import type { Requirement, Variable } from "./contract/contract.ts";
import { effectiveValue, type Effective, type Variables } from "./effective.ts";
import { describeType } from "./expectation.ts";
import { fits } from "./fit.ts";
import type { Problem } from "./problem.ts";
import { contradiction, convert, isOptional, type ReadAs, type Reading } from "./reading.ts";

/** The variables that a service reads, and how. */
export type Readings = Readonly<Record<string, Reading>>;
export type Environment<R extends Readings> = { readonly [Name in keyof R]: ReadAs<R[Name]> };

export type Checked<R extends Readings> =
  | { readonly kind: "ready"; readonly environment: Environment<R> }
  | { readonly kind: "refused"; readonly problems: readonly Problem[] };

type Contract = ReadonlyMap<string, Variable>;

/** Looks at every variable of the contract, then gives those that the code reads: all of them, or none. */
export function checkEnvironment<R extends Readings>(
  contract: Contract,
  given: {
    readonly variables: Variables;
    readonly readings: R;
    /** undefined when it can't be read */
    readonly readFile: (path: string) => Buffer | undefined;
  },
): Checked<R> {
  const valueOf = (name: string) => effectiveValue(name, contract, given.variables);
  const entries = [...contract.values()].map((variable) => look(variable, valueOf, given.readFile));
  const readings = Object.entries(given.readings);
  const wrong = [
    ...entries.flatMap((entry) => judge(entry, isRequired(entry.variable.requirement, valueOf))),
    ...readings.flatMap(([name, reading]) => contradict(name, reading, contract)),
  ];
  return wrong.length > 0 ? { kind: "refused", problems: wrong } : give(entries, readings);
}

interface Entry {
  readonly variable: Variable;
  readonly value: Effective;
  /** of a file variable that names one */
  readonly file: Buffer | undefined;
}

function look(
  variable: Variable,
  valueOf: (name: string) => Effective,
  readFile: (path: string) => Buffer | undefined,
): Entry {
  const value = valueOf(variable.name);
  const namesFile = variable.type.kind === "file" && value.kind === "text" && value.text !== "";
  return { variable, value, file: namesFile ? readFile(value.text) : undefined };
}

function isRequired(requirement: Requirement, valueOf: (name: string) => Effective): boolean {
  if (requirement.kind !== "if") return requirement.kind === "always";
  const other = valueOf(requirement.name);
  return other.kind === "text" && other.text === requirement.equals;
}

function judge({ variable, value, file }: Entry, required: boolean): readonly Problem[] {
  const { name, type } = variable;
  if (value.kind === "unresolved") return [unresolved(name, value.reference)];
  const text = value.kind === "text" ? value.text : "";
  if (text === "" && required) return [missing(variable)];
  if (text === "") return value.kind === "text" && forbidsEmpty(variable) ? [malformed(variable)] : [];
  const fitting = type.kind === "file" ? isFilled(file) : fits(type, text);
  return fitting ? [] : [malformed(variable)];
}

/** An empty text is no value; only where a length is asked for is it a wrong one. */
function forbidsEmpty({ type }: Variable): boolean {
  return type.kind === "string" && (type.minLength ?? 0) > 0;
}

/** What Keyturn takes for one file variable, bytes. */
const longestFile = 1024 * 1024;

function isFilled(file: Buffer | undefined): boolean {
  return file !== undefined && file.byteLength > 0 && file.byteLength <= longestFile;
}

function contradict(name: string, reading: Reading, contract: Contract): readonly Problem[] {
  const variable = contract.get(name);
  const why = variable === undefined ? "is read, and the contract lacks it" : contradiction(reading, variable);
  return why === undefined ? [] : [{ name, kind: "contradiction", message: `${name} ${why}` }];
}

/** A connection string of several hosts fits its type and is no URL; an empty text is neither a number nor a URL. */
function give<R extends Readings>(entries: readonly Entry[], readings: readonly [string, Reading][]): Checked<R> {
  const byName = new Map(entries.map((entry) => [entry.variable.name, entry]));
  const problems: Problem[] = [];
  const given = readings.map(([name, reading]) => {
    const entry = byName.get(name);
    const text = entry?.value.kind === "text" ? entry.value.text : "";
    const read = text === "" && reading !== "text" ? undefined : convert(reading, text, entry?.file);
    const absent = text === "" && isOptional(reading);
    if (entry !== undefined && read === undefined && !absent) problems.push(unreadable(entry.variable, reading));
    return [name, read] as const;
  });
  if (problems.length > 0) return { kind: "refused", problems };
  return { kind: "ready", environment: Object.fromEntries(given) as Environment<R> };
}

function missing({ name, type }: Variable): Problem {
  const message = `required variable ${name} is missing: expected ${describeType(type)}`;
  return { name, kind: "missing", message };
}

function malformed({ name, type }: Variable): Problem {
  return { name, kind: "malformed", message: `${name} is malformed: expected ${describeType(type)}` };
}

function unreadable({ name, type }: Variable, reading: Reading): Problem {
  const expected = reading === "url" || reading === "optional url" ? "one complete URL" : describeType(type);
  return { name, kind: "malformed", message: `${name} is malformed: expected ${expected}` };
}

function unresolved(name: string, reference: string): Problem {
  return { name, kind: "malformed", message: `${name} refers to ${reference}, which has no value` };
}
