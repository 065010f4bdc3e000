import type { Argument, DecoratorValue } from "./decorator.ts";

export type VariableType =
  | { readonly kind: "string"; readonly minLength?: number; readonly maxLength?: number; readonly pattern?: string }
  | { readonly kind: "url"; readonly schemes: readonly string[] }
  | { readonly kind: "integer"; readonly min?: number; readonly max?: number }
  | { readonly kind: "enum"; readonly values: readonly string[] }
  | { readonly kind: "number" }
  | { readonly kind: Plain };

const plain = ["port", "boolean", "email", "json", "pem", "base64", "hex", "file"] as const;
type Plain = (typeof plain)[number];

/** `string(minLength=8)`, `url(schemes=https|wss)`, `enum(a, b)`, `port`; undefined when it is none. */
export function readType(value: DecoratorValue): VariableType | undefined {
  const name = value.kind === "call" ? value.name : value.text;
  const args = value.kind === "call" ? value.args : [];
  switch (name) {
    case "string":
      return stringType(args);
    case "url":
      return urlType(args);
    case "integer":
      return integerType(args);
    case "enum":
      return enumType(args);
    case "number":
      return { kind: "number" };
  }
  const kind = plain.find((one) => one === name);
  return kind === undefined || args.length > 0 ? undefined : { kind };
}

function stringType(args: readonly Argument[]): VariableType | undefined {
  if (!args.every(({ name = "" }) => ["minLength", "maxLength", "pattern"].includes(name))) return undefined;
  const lengths = integers(args, ["minLength", "maxLength"]);
  const pattern = argument(args, "pattern");
  if (lengths === undefined || (pattern !== undefined && !isPattern(pattern))) return undefined;
  return { kind: "string", ...lengths, ...(pattern === undefined ? {} : { pattern }) };
}

function integerType(args: readonly Argument[]): VariableType | undefined {
  if (!args.every(({ name = "" }) => ["min", "max"].includes(name))) return undefined;
  const bounds = integers(args, ["min", "max"]);
  return bounds === undefined ? undefined : { kind: "integer", ...bounds };
}

function urlType(args: readonly Argument[]): VariableType | undefined {
  if (!args.every(({ name = "schemes" }) => ["schemes", "scheme"].includes(name))) return undefined;
  const schemes = args
    .flatMap(({ text }) => text.split(/[\s,|]+/))
    .map((scheme) => scheme.replace(/:(?:\/\/)?$/, "").toLowerCase())
    .filter((scheme) => scheme !== "");
  return schemes.every((scheme) => /^[a-z][a-z0-9+.-]*$/.test(scheme)) ? { kind: "url", schemes } : undefined;
}

function enumType(args: readonly Argument[]): VariableType | undefined {
  const values = args.flatMap(({ text }) => text.split("|")).map((value) => value.trim());
  return values.length === 0 ? undefined : { kind: "enum", values };
}

function argument(args: readonly Argument[], name: string): string | undefined {
  return args.find((arg) => arg.name === name)?.text;
}

/** Those that are given; undefined when one of them is no whole number. */
function integers<Name extends string>(
  args: readonly Argument[],
  names: readonly Name[],
): { readonly [N in Name]?: number } | undefined {
  const given = names.flatMap((name) => {
    const text = argument(args, name);
    return text === undefined ? [] : [[name, text] as const];
  });
  if (!given.every(([, text]) => /^-?\d{1,15}$/.test(text))) return undefined;
  return Object.fromEntries(given.map(([name, text]) => [name, Number(text)])) as { [N in Name]?: number };
}

function isPattern(text: string): boolean {
  try {
    return new RegExp(text, "u") instanceof RegExp;
  } catch {
    return false;
  }
}
