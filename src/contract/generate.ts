import { Sensitive } from "#kernel";
import type { GenerateRule } from "./variable.ts";

/** Letters and digits that no font confuses; each reads the same unquoted in every consumer. */
const passwordAlphabet = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";

/** Makes a value by the rule from the random bytes given; every result of one rule is equally likely. */
export function generateValue(rule: GenerateRule, randomBytes: (count: number) => Uint8Array): Sensitive {
  switch (rule.kind) {
    case "random":
      return Sensitive.of(Buffer.from(randomBytes(rule.bytes)).toString(rule.encoding));
    case "password":
      return Sensitive.of(password(rule.length, randomBytes));
    case "uuid":
      return Sensitive.of(uuid(randomBytes(16)));
  }
}

/**
 * How many bits of a value chance made that a rule made, whichever rule it was: the fewest of those that make such a text. 0 of
 * a text that none makes.
 */
export function generatedBits(text: string): number {
  if (/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(text)) return 122;
  if (!/^[\w+/-]+={0,2}$/.test(text)) return 0;
  if (/^[0-9a-f]+$/.test(text)) return 4 * text.length;
  const random = 8 * Math.floor((text.replace(/=+$/, "").length * 6) / 8);
  const isPassword = Array.from(text).every((letter) => passwordAlphabet.includes(letter));
  return isPassword ? Math.min(random, Math.floor(text.length * Math.log2(passwordAlphabet.length))) : random;
}

/** Bytes beyond the last whole multiple of the alphabet are thrown away: a remainder would favour its beginning. */
function password(length: number, randomBytes: (count: number) => Uint8Array): string {
  const limit = 256 - (256 % passwordAlphabet.length);
  let text = "";
  while (text.length < length) {
    const usable = [...randomBytes(length)].filter((byte) => byte < limit);
    text += usable.map((byte) => passwordAlphabet[byte % passwordAlphabet.length]).join("");
  }
  return text.slice(0, length);
}

/** Version 4 of RFC 9562. */
function uuid(bytes: Uint8Array): string {
  const marked = Uint8Array.from(bytes);
  marked[6] = ((marked[6] ?? 0) & 0x0f) | 0x40;
  marked[8] = ((marked[8] ?? 0) & 0x3f) | 0x80;
  const hex = Buffer.from(marked).toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join("-");
}
