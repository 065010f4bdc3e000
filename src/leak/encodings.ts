import { base64At, urlSafe } from "./base64.ts";
import { withoutBreaks } from "./breaks.ts";
import { combinedForms } from "./combinations.ts";
import { distinctiveLines } from "./lines.ts";
import { isPlain, quotedForms } from "./quoted.ts";
import { urlTexts } from "./url.ts";
import { utf16 } from "./utf16.ts";
import type { EncodedForm } from "./form.ts";

/** Shorter forms are found in any text by chance, and a short skip makes the scan slow. In bytes. */
export const shortestPattern = 8;

/**
 * Every form in which a value is looked for, without duplicates; a form that is the same bytes as an earlier one keeps
 * the earlier name. White space around the value is looked for as well as left out (a key file printed without its last
 * line feed). Line ends and terminal escapes are in none: they are left out of the text as well. Empty when the value is
 * too short.
 */
export function encodedForms(value: Uint8Array): readonly EncodedForm[] {
  if (!isSearchable(value)) return [];
  const trimmed = trim(value);
  const bodies = trimmed.byteLength === value.byteLength ? [trimmed] : [trimmed, Buffer.from(value)];
  return unique([
    ...bodies.map((bytes) => ({ encoding: "literal", bytes }) as const),
    ...bodies.flatMap(base64Forms),
    ...bodies.flatMap(hexForms),
    ...(isPlain(trimmed) ? [] : bodies.flatMap(markedForms)),
    ...utf16Forms(trimmed),
    ...combinedForms(trimmed),
    ...distinctiveLines(trimmed).map((bytes) => ({ encoding: "line", bytes }) as const),
  ]);
}

/** Long enough without the white space around it and its line ends. */
export function isSearchable(value: Uint8Array): boolean {
  return withoutBreaks(trim(value)).byteLength >= shortestPattern;
}

function trim(value: Uint8Array): Buffer {
  const isSpace = (byte: number | undefined) => byte === 32 || (byte !== undefined && byte >= 9 && byte <= 13);
  let start = 0;
  let end = value.byteLength;
  while (start < end && isSpace(value[start])) start += 1;
  while (end > start && isSpace(value[end - 1])) end -= 1;
  return Buffer.from(value.subarray(start, end));
}

function base64Forms(value: Buffer): readonly EncodedForm[] {
  const texts = base64At(value).flatMap(({ inner, last }) => [inner, ...last]);
  return [
    ...texts.map((text) => ({ encoding: "base64", bytes: Buffer.from(text) }) as const),
    ...texts.map((text) => ({ encoding: "base64url", bytes: Buffer.from(urlSafe(text)) }) as const),
  ];
}

function hexForms(value: Buffer): readonly EncodedForm[] {
  const hex = value.toString("hex");
  return [hex, hex.toUpperCase()].map((text) => ({ encoding: "hex", bytes: Buffer.from(text) }));
}

function markedForms(value: Buffer): readonly EncodedForm[] {
  const url = urlTexts(value).map((text) => ({ encoding: "url", bytes: Buffer.from(text, "latin1") }) as const);
  return [...url, ...quotedForms(value)];
}

function utf16Forms(value: Buffer): readonly EncodedForm[] {
  return utf16(value).map((bytes) => ({ encoding: "utf16", bytes }));
}

function unique(forms: readonly EncodedForm[]): readonly EncodedForm[] {
  const seen = new Map<string, EncodedForm>();
  for (const { encoding, bytes: given } of forms) {
    const bytes = withoutBreaks(given);
    const key = latin1(bytes);
    if (bytes.byteLength >= shortestPattern && !seen.has(key)) seen.set(key, { encoding, bytes });
  }
  return [...seen.values()];
}

/** Bytes as a key of a map. */
export function latin1({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString("latin1");
}
