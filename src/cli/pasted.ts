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

/** No path, no name of a variable, host or service: long, and of letters and digits as only chance mixes them. */
function looksLikeValue(word: string): boolean {
  if (/^[a-z][a-z0-9+.-]*:\/\/[^@]*@/i.test(word) || word.startsWith("eyJ")) return true;
  if (/^[./~\\]/.test(word)) return false;
  const dense = word.replaceAll(/[-_]/g, "");
  if (dense.length < 16 || !/\d/.test(dense)) return false;
  return (/[a-z]/.test(dense) && /[A-Z]/.test(dense)) || /^(?=(?:\D*\d){3})[A-Za-z0-9]{24,}$/.test(dense);
}

function inJson(word: string): string {
  return JSON.stringify(word).slice(1, -1);
}
