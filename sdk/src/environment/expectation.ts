import type { VariableType } from "./contract/type.ts";

/** What a value of this type looks like: `a whole number from 1 to 9`. */
export function describeType(type: VariableType): string {
  if (type.kind === "string") return describeString(type);
  if (type.kind === "integer") return describeInteger(type);
  if (type.kind === "enum") return `one of ${type.values.join(", ")}`;
  if (type.kind !== "url") return words[type.kind];
  return type.schemes.length === 0 ? "a URL" : `a URL that begins with ${type.schemes.join(" or ")}`;
}

const words: Readonly<Record<Exclude<VariableType["kind"], "string" | "url" | "integer" | "enum">, string>> = {
  port: "a port from 1 to 65535",
  number: "a number",
  boolean: "true or false",
  email: "an e-mail address",
  json: "JSON",
  pem: "a key or certificate in PEM form",
  base64: "base64",
  hex: "hexadecimal text of whole bytes",
  file: "the path of a readable file that is not empty, of at most a megabyte",
};

function describeString({ minLength, maxLength, pattern }: Extract<VariableType, { kind: "string" }>): string {
  const limits = [
    ...(minLength === undefined ? [] : [`at least ${minLength} characters`]),
    ...(maxLength === undefined ? [] : [`at most ${maxLength} characters`]),
  ];
  const matching = pattern === undefined ? "" : ` that matches ${pattern}`;
  return limits.length === 0 ? `a text${matching}` : `a text of ${limits.join(" and ")}${matching}`;
}

function describeInteger({ min, max }: Extract<VariableType, { kind: "integer" }>): string {
  if (min !== undefined && max !== undefined) return `a whole number from ${min} to ${max}`;
  if (min !== undefined) return `a whole number of at least ${min}`;
  return max === undefined ? "a whole number" : `a whole number of at most ${max}`;
}
