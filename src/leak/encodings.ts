import { base64Forms } from "./base64.ts";
import { distinctiveLines } from "./lines.ts";
import { quotedForms } from "./quoted.ts";

/** How a value was written where it was found. */
export type Encoding =
  | "literal"
  | "line"
  | "base64"
  | "base64url"
  | "hex"
  | "url"
  | "json"
  | "javascript"
  | "shell"
  | "html";

export interface EncodedForm {
  readonly encoding: Encoding;
  readonly bytes: Uint8Array;
}

/** Shorter forms are found in any text by chance, and a short skip makes the scan slow. In bytes. */
export const shortestPattern = 8;

/**
 * Every form in which a value is looked for, without duplicates; a form that is the same bytes as an earlier one keeps
 * the earlier name. White space around the value is looked for as well as left out (a key file printed without its last
 * line feed), and line feeds also as CR LF (what a terminal makes of them). Empty when the value is too short.
 */
export function encodedForms(value: Uint8Array): readonly EncodedForm[] {
  if (!isSearchable(value)) return [];
  const trimmed = trim(value);
  const bodies = trimmed.byteLength === value.byteLength ? [trimmed] : [trimmed, Buffer.from(value)];
  const forms = [
    ...bodies.flatMap(literalForms),
    ...bodies.flatMap(base64Forms),
    ...bodies.flatMap(hexForms),
    ...bodies.flatMap(urlForms),
    ...bodies.flatMap(quotedForms),
    ...distinctiveLines(trimmed).map((bytes) => ({ encoding: "line", bytes }) as const),
  ];
  return unique(forms.filter((form) => form.bytes.byteLength >= shortestPattern));
}

/** Long enough without the white space around it. */
export function isSearchable(value: Uint8Array): boolean {
  return trim(value).byteLength >= shortestPattern;
}

function trim(value: Uint8Array): Buffer {
  const isSpace = (byte: number | undefined) => byte === 32 || (byte !== undefined && byte >= 9 && byte <= 13);
  let start = 0;
  let end = value.byteLength;
  while (start < end && isSpace(value[start])) start += 1;
  while (end > start && isSpace(value[end - 1])) end -= 1;
  return Buffer.from(value.subarray(start, end));
}

function literalForms(value: Buffer): readonly EncodedForm[] {
  const lines = value.toString("latin1").replace(/\r?\n/g, "\r\n");
  return [
    { encoding: "literal", bytes: value },
    { encoding: "literal", bytes: Buffer.from(lines, "latin1") },
  ];
}

function hexForms(value: Buffer): readonly EncodedForm[] {
  const hex = value.toString("hex");
  return [hex, hex.toUpperCase()].map((text) => ({ encoding: "hex", bytes: Buffer.from(text) }));
}

/** Percent-encoded, in both cases of the hex digits; each set is what one kind of writer leaves alone. */
function urlForms(value: Buffer): readonly EncodedForm[] {
  // a URL's reader drops tabs and line ends
  const oneLine = value.filter((byte) => byte !== 9 && byte !== 10 && byte !== 13);
  const texts = [value, oneLine].flatMap((bytes) =>
    unreserved.flatMap((set) => [percent(bytes, set), percent(bytes, set, (hex) => hex.toLowerCase())]),
  );
  const withPlus = texts.map((text) => text.replaceAll("%20", "+"));
  return [...texts, ...withPlus].map((text) => ({ encoding: "url", bytes: Buffer.from(text, "latin1") }));
}

/** RFC 3986; encodeURIComponent; HTML forms; encodeURI; a password and a query in the URL standard, which keep `%` */
const unreserved: readonly RegExp[] = [
  /[A-Za-z0-9\-._~]/,
  /[A-Za-z0-9\-._~!'()*]/,
  /[A-Za-z0-9\-._*]/,
  /[A-Za-z0-9\-._~!'()*;,/?:@&=+$#]/,
  /[A-Za-z0-9\-._~!'()*,&+$%]/,
  /[!$-&(-;=?-~]/,
];

function percent(value: Uint8Array, set: RegExp, digits = (hex: string) => hex): string {
  return Array.from(value, (byte) => {
    const character = String.fromCharCode(byte);
    if (set.test(character)) return character;
    return `%${digits(byte.toString(16).toUpperCase().padStart(2, "0"))}`;
  }).join("");
}

function unique(forms: readonly EncodedForm[]): readonly EncodedForm[] {
  const seen = new Map<string, EncodedForm>();
  for (const form of forms) {
    const key = Buffer.from(form.bytes).toString("latin1");
    if (!seen.has(key)) seen.set(key, form);
  }
  return [...seen.values()];
}
