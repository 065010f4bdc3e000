import type { Variable } from "./contract/contract.ts";
import type { VariableType } from "./contract/type.ts";

/** What the code makes of a variable's text. */
interface Read {
  readonly text: string;
  readonly number: number;
  readonly boolean: boolean;
  readonly url: URL;
  readonly json: unknown;
  /** what the file holds that the variable names */
  readonly file: Buffer;
  /** of a file variable, for whoever opens the file by himself */
  readonly path: string;
}

type Kind = keyof Read;

/** How the code wants a variable; a list of texts is an enum, and its type the union of them. */
export type Reading = Kind | `optional ${Kind}` | readonly string[];

/** What a variable is in the code that read it so; `optional` gives undefined when it is absent or empty. */
export type ReadAs<R> = R extends `optional ${infer K extends Kind}`
  ? Read[K] | undefined
  : R extends Kind
    ? Read[R]
    : R extends readonly (infer Text)[]
      ? Text
      : never;

/** Why the code can't read this variable so, whatever its value; undefined when it can. */
export function contradiction(reading: Reading, { type, requirement, fallback }: Variable): string | undefined {
  const mayBeAbsent = requirement.kind !== "always" && fallback === undefined;
  if (mayBeAbsent && !isOptional(reading)) return "may be absent, and is read as if it could not";
  if (typeof reading === "string") {
    const kind = kindOf(reading);
    const types = typesOf[kind];
    const possible = types === undefined ? type.kind !== "file" : types.includes(type.kind);
    return possible ? undefined : `is read as ${kind}, and its type is ${type.kind}`;
  }
  const known = type.kind === "enum" && type.values.every((value) => reading.includes(value));
  return known ? undefined : "is read as one of a list, and its type allows more";
}

export function isOptional(reading: Reading): boolean {
  return typeof reading === "string" && reading.startsWith("optional ");
}

/** What a text that fits its type becomes; undefined when there is no such thing. */
export function convert(reading: Reading, text: string, file: Buffer | undefined): unknown {
  if (typeof reading !== "string") return text;
  switch (kindOf(reading)) {
    case "text":
    case "path":
      return text;
    case "number":
      return Number(text);
    case "boolean":
      return /^(?:true|yes|on|1)$/i.test(text);
    case "url":
      return URL.canParse(text) ? new URL(text) : undefined;
    case "json":
      return JSON.parse(text) as unknown;
    case "file":
      return file;
  }
}

/** Undefined: every type but a file. */
const typesOf: Readonly<Record<Kind, readonly VariableType["kind"][] | undefined>> = {
  text: undefined,
  number: ["port", "integer", "number"],
  boolean: ["boolean"],
  url: ["url"],
  json: ["json"],
  file: ["file"],
  path: ["file"],
};

function kindOf(reading: Exclude<Reading, readonly string[]>): Kind {
  return reading.replace("optional ", "") as Kind;
}
