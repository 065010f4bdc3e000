import { isInvented } from "./invented.ts";

/** Whether letters and digits change as often as chance makes them. One of a thousand of 32 hexadecimal digits does not. */
export function isMixed(text: string): boolean {
  const kinds = Array.from(text, kindOf);
  const changes = kinds.filter((kind, at) => at > 0 && kind !== kinds[at - 1]).length;
  return changes >= 0.2 * (text.length - 1) && /\d/.test(text) && /[A-Za-z]/.test(text) && !isInvented(text);
}

/** Whether a text of any shape was made by chance: long, mixed, and no words beside each other. */
export function isChance(text: string): boolean {
  return text.length >= 20 && /^[\w+/=.~-]+$/.test(text) && isMixed(text) && !isWords(text);
}

/** `someLongName`, `the-name_of-it2`, `v1.2`: words and short numbers, with or without marks in between. */
export function isWords(text: string): boolean {
  return /^(?:[A-Z]?[a-z]{3,}\d{0,4}|[A-Z]{3,}\d{0,4}|(?:^|[-_./])(?:[A-Za-z]{1,2}|v?\d{1,4})(?=[-_./]|$)|[-_./])+$/.test(
    text,
  );
}

function kindOf(letter: string): string {
  if (/[a-z]/.test(letter)) return "small";
  return /[A-Z]/.test(letter) ? "large" : /\d/.test(letter) ? "digit" : letter;
}
