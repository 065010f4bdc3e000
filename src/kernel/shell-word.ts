/** One word for a POSIX shell: plain ones as they are, others in `'…'` with `'\\''`. */
export function shellWord(word: string): string {
  return /^[A-Za-z0-9._/:=@,+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
