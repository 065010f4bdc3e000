import { looksLikeValue } from "#kernel";

/**
 * A text without the words of the command line that look like a value. Someone who pastes a token where a name belongs has
 * it in the shell's history; a CI log that keeps our answer need not have it as well.
 */
export function withoutPasted(text: string, words: readonly string[]): string {
  const parts = words.flatMap((word) => [word, word.slice(word.indexOf("=") + 1)]);
  const pasted = [...new Set(parts)].filter(looksLikeValue).toSorted((a, b) => b.length - a.length);
  return pasted.reduce((rest, word) => rest.replaceAll(word, hidden).replaceAll(inJson(word), hidden), text);
}

/** commander quotes what it does not know: of an option only its name is repeated, of spare arguments nothing. */
export function withoutSpareWords(text: string): string {
  return text
    .replace(/^(error: too many arguments [^:]*): .*$/s, "$1\n")
    .replace(/^(error: unknown option '--?[A-Za-z][A-Za-z-]{0,30})=.*'/s, "$1'");
}

const hidden = "[…]";

function inJson(word: string): string {
  return JSON.stringify(word).slice(1, -1);
}
