import type { Argument, DecoratorValue } from "./decorator.ts";
import type { VariableType } from "../variable.ts";

const plain = ["port", "boolean", "email", "json", "pem", "base64", "hex", "file"] as const;
type Plain = (typeof plain)[number];

/** `string(minLength=8)`, `url(schemes=https|wss)`, `enum(a, b)`, `port`: the type, or what was expected instead. */
export function readType(value: DecoratorValue): VariableType | string {
  const name = value.kind === "call" ? value.name : value.text;
  const args = value.kind === "call" ? value.args : [];
  if (isPlain(name)) return args.length === 0 ? { kind: name } : `${name} takes nothing in brackets`;
  if (name === "string") return stringType(args);
  if (name === "url") return urlType(args);
  if (name === "integer") return integerType(args);
  if (name === "number") return { kind: "number" };
  if (name === "enum") return enumType(args);
  return `expected string, url, integer, number, enum, ${plain.join(", ")}`;
}

function isPlain(name: string): name is Plain {
  return (plain as readonly string[]).includes(name);
}

function stringType(args: readonly Argument[]): VariableType | string {
  const wrong = unknownArgument(args, ["minLength", "maxLength", "pattern"]);
  if (wrong !== undefined) return wrong;
  const minLength = integerArgument(args, "minLength");
  const maxLength = integerArgument(args, "maxLength");
  const pattern = argument(args, "pattern");
  if (Number.isNaN(minLength) || Number.isNaN(maxLength)) return "expected a whole number for minLength and maxLength";
  if (pattern !== undefined && !isPattern(pattern)) return "the pattern is no regular expression";
  return {
    kind: "string",
    ...(minLength === undefined ? {} : { minLength }),
    ...(maxLength === undefined ? {} : { maxLength }),
    ...(pattern === undefined ? {} : { pattern }),
  };
}

function urlType(args: readonly Argument[]): VariableType | string {
  const wrong = unknownArgument(args, ["schemes", "scheme"]);
  if (wrong !== undefined) return wrong;
  const schemes = args
    .flatMap((arg) => arg.text.split(/[\s,|]+/))
    .map((scheme) => scheme.replace(/:(?:\/\/)?$/, "").toLowerCase())
    .filter((scheme) => scheme !== "");
  if (!schemes.every((scheme) => /^[a-z][a-z0-9+.-]*$/.test(scheme))) return "expected schemes as in schemes=https|wss";
  return { kind: "url", schemes };
}

function integerType(args: readonly Argument[]): VariableType | string {
  const wrong = unknownArgument(args, ["min", "max"]);
  if (wrong !== undefined) return wrong;
  const min = integerArgument(args, "min");
  const max = integerArgument(args, "max");
  if (Number.isNaN(min) || Number.isNaN(max)) return "expected a whole number for min and max";
  return { kind: "integer", ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
}

function enumType(args: readonly Argument[]): VariableType | string {
  const values = args.flatMap((arg) => arg.text.split("|")).map((value) => value.trim());
  return values.length === 0 ? "expected the values, as in enum(debug, info)" : { kind: "enum", values };
}

function argument(args: readonly Argument[], name: string): string | undefined {
  return args.find((arg) => arg.name === name)?.text;
}

function integerArgument(args: readonly Argument[], name: string): number | undefined {
  const text = argument(args, name);
  if (text === undefined) return undefined;
  return /^-?\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
}

/** Bare arguments are let through for `url` only, which has one list. */
function unknownArgument(args: readonly Argument[], known: readonly string[]): string | undefined {
  const bareAllowed = known.includes("schemes");
  const wrong = args.find((arg) => (arg.name === undefined ? !bareAllowed : !known.includes(arg.name)));
  return wrong === undefined ? undefined : `expected ${known.map((name) => `${name}=…`).join(", ")} in the brackets`;
}

function isPattern(text: string): boolean {
  try {
    return new RegExp(text, "u") instanceof RegExp;
  } catch {
    return false;
  }
}
