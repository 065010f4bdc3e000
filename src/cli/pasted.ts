/** commander quotes what it does not know: of an option only its name is repeated, of spare arguments nothing. */
export function withoutSpareWords(text: string): string {
  return text
    .replace(/^(error: too many arguments [^:]*): .*$/s, "$1\n")
    .replace(/^(error: unknown option '--?[A-Za-z][A-Za-z-]{0,30})=.*'/s, "$1'");
}
