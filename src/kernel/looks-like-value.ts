/**
 * A word that came where a name belongs, and had better not be repeated: long, and of letters and digits as only chance
 * mixes them, or an address with a password. No path, no usual name of a variable, host or service.
 */
export function looksLikeValue(word: string): boolean {
  if (/^[a-z][a-z0-9+.-]{0,30}:\/\/[^@]*@/i.test(word) || word.startsWith("eyJ")) return true;
  if (/^[./~\\]/.test(word)) return false;
  const dense = word.replaceAll(/[-_]/g, "");
  if (dense.length < 16 || !/\d/.test(dense)) return false;
  return (/[a-z]/.test(dense) && /[A-Z]/.test(dense)) || /^(?=(?:\D*\d){3})[A-Za-z0-9]{24,}$/.test(dense);
}
