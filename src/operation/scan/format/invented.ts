import { createHash } from "node:crypto";

const words =
  /example|sample|dummy|(?<![a-z0-9])fake(?![a-z0-9])|placeholder|redacted|change[-_]?(?:me|it|this)|replace|your[-_]|insert|x{6}|test[-_]?(?:key|token|secret)|not[-_]?(?:a[-_]?)?real|abcdefgh|01234567|12345678|deadbeef|cafebabe|foobar/i;

/** Whether a text that should be random was made by a person: a word is in it, few letters, or the same ones again and again. */
export function isInvented(text: string, letters = 10): boolean {
  if (words.test(text) || new Set(text).size < Math.min(letters, text.length / 2)) return true;
  const threes = new Set(Array.from({ length: text.length - 2 }, (_, at) => text.slice(at, at + 3)));
  return threes.size < (text.length - 2) / 2;
}

/**
 * Tells one random value from another, 80 bits of SHA-256. Only of what has more random bits than anybody tries: a fast hash of a
 * password is as good as the password.
 */
export function tagOf(format: string, value: string): string {
  return createHash("sha256").update(`keyturn credential ${format}\0${value}`).digest("hex").slice(0, 20);
}
