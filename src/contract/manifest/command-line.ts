/** What a shell would act on, were there one. */
const shellOnly = /[|&;<>()$`\n]/;

export type CommandLine =
  | { readonly kind: "read"; readonly command: readonly string[] }
  | { readonly kind: "refused"; readonly reason: string };

/** Splits text at spaces into an argument list; `'…'` and `"…"` hold together, a backslash takes the next character as it is. */
export function readCommandLine(text: string): CommandLine {
  const words: string[] = [];
  let word: string | undefined;
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? "";
    if (char === "'" || char === '"') {
      const end = text.indexOf(char, at + 1);
      if (end === -1) return { kind: "refused", reason: `a command with every ${char} closed` };
      word = (word ?? "") + text.slice(at + 1, end);
      at = end;
    } else if (char === "\\" && at + 1 < text.length) {
      word = (word ?? "") + (text[++at] ?? "");
    } else if (char === " " || char === "\t") {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (shellOnly.test(char)) {
      const sign = char === "\n" ? "the line break" : char;
      return {
        kind: "refused",
        reason: `a command without shell signs (no shell runs it): quote ${sign}, or give a list`,
      };
    } else word = (word ?? "") + char;
  }
  if (word !== undefined) words.push(word);
  return words[0] === undefined || words[0] === ""
    ? { kind: "refused", reason: "a command" }
    : { kind: "read", command: words };
}
