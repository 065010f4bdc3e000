import { Buffer, isUtf8 } from "node:buffer";

/**
 * Bytes as text with one character per byte. Every special character of every grammar here is ASCII, so a value survives
 * whatever its encoding is.
 */
export function byteText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

export function bytesOf(byteText: string): Buffer {
  return Buffer.from(byteText, "latin1");
}

export function isText(bytes: Uint8Array): boolean {
  return isUtf8(bytes);
}

/** The bytes of a `byteText` as the UTF-8 that they are, broken sequences replaced. */
export function decoded(byteText: string): string {
  return bytesOf(byteText).toString("utf8");
}

/** Means the same unquoted to every consumer. */
export function isSimple(byteText: string): boolean {
  return /^[A-Za-z0-9_.:/@%+=,!^-]+$/.test(byteText);
}

/** Printable ASCII without anything that ends, trims or quotes an unquoted value in dotenv and python-dotenv. */
export function fitsBare(byteText: string): boolean {
  return /^[!$-&(-_a-~][!$-~]*(?: +[!$-~]+)*$/.test(byteText);
}

/** Where the line that holds `offset` ends: its line feed, or the end of the text. */
export function lineEnd(text: string, offset: number): number {
  const found = text.indexOf("\n", offset);
  return found < 0 ? text.length : found;
}
