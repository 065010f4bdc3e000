import { printable } from "../printable.ts";
import type { HostEncoding, HostWhere } from "../search.ts";

const encodings: readonly HostEncoding[] = [
  "literal",
  "line",
  "base64",
  "base64url",
  "hex",
  "url",
  "json",
  "shell",
  "html",
];

/** Words that tell where something stands; undefined where they do not. Line or time comes first. */
export function whereOf(kind: string, first: string, rest: readonly string[]): HostWhere | undefined {
  if (!isNumber(first)) return undefined;
  const [one = "", two = "", three = ""] = rest;
  if (kind === "file") return { kind, path: printable(rest.join(" "), 4096), line: Number(first) };
  if (kind === "container" && names.test(one)) {
    return { kind, container: one, line: Number(first), ...(two === "" ? {} : { log: printable(two, 50) }) };
  }
  if (kind !== "journal" || !isNumber(one) || !fields.test(two)) return undefined;
  const unit = three === "-" ? {} : { unit: printable(three, 256) };
  // the journal counts microseconds
  return { kind, field: two, ...unit, from: Math.floor(Number(first) / 1000), until: Math.floor(Number(one) / 1000) };
}

export function isEncoding(word: string): word is HostEncoding {
  return encodings.some((one) => one === word);
}

export function isNumber(word: string): boolean {
  return /^\d{1,16}$/.test(word) && Number.isSafeInteger(Number(word));
}

const names = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,255}$/;
const fields = /^[A-Z_][A-Z0-9_]{0,63}$/;
