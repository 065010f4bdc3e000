import { looksLikeValue } from "./looks-like-value.ts";

/**
 * A text without the words of a call that look like a value. Someone who pastes a token where a name belongs has it in the
 * shell's history or a browser's; a CI log that keeps our answer need not have it as well.
 */
export function withoutPasted(text: string, words: readonly string[]): string {
  const parts = words.flatMap((word) => [word, word.slice(word.indexOf("=") + 1)]);
  const pasted = [...new Set(parts)].filter(looksLikeValue).toSorted((a, b) => b.length - a.length);
  return pasted.reduce((rest, word) => rest.replaceAll(word, hidden).replaceAll(inJson(word), hidden), text);
}

const hidden = "[…]";

function inJson(word: string): string {
  return JSON.stringify(word).slice(1, -1);
}
