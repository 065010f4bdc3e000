import type { Sensitive } from "#kernel";

/** characters; OWASP and NIST ask for length, not for kinds of characters */
const [shortest, longest] = [12, 256];

/** Why nobody should have this password; undefined when it will do. Never repeats it. */
export function passwordFault(password: Sensitive, name: string): string | undefined {
  const text = password.reveal().toString("utf8").normalize("NFKC");
  const length = Array.from(text).length;
  if (length < shortest) return `it has fewer than ${shortest} characters`;
  if (length > longest) return `it has more than ${longest} characters`;
  if (text.includes("\0")) return "it holds a NUL character";
  const bare = plain(text);
  if (new Set(bare).size < 5) return "it repeats a few characters";
  if (isRun(bare)) return "it is a run of neighbouring characters";
  const left = [plain(name), "keyturn", ...common].reduce((rest, word) => rest.replaceAll(word, ""), bare);
  return left.length < 5 ? "it is made of words that are tried first" : undefined;
}

/** As those who guess see it: small letters, digits read as the letters they stand for. */
function plain(text: string): string {
  const letters: Readonly<Record<string, string>> = { "0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t" };
  const word = text.toLowerCase().replaceAll("@", "a").replaceAll("$", "s");
  // digits alone stay digits: they stand for no word
  return /[a-z]/.test(word) ? word.replaceAll(/[013457]/g, (digit) => letters[digit] ?? digit) : word;
}

const rows = ["abcdefghijklmnopqrstuvwxyz", "01234567890123456789", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop"];

function isRun(text: string): boolean {
  const lines = [...rows, "qwertyuiopasdfghjklzxcvbnm", "iqazzwsxeedcarfvstgb"];
  return [...lines, ...lines.map((row) => Array.from(row).toReversed().join(""))].some((row) => row.includes(text));
}

/** What lists of leaked passwords are made of, as `plain` reads it; the longer first. */
const common = [
  "administrator correcthorsebatterystaple iloveyou princess passwort password football baseball sunshine superman",
  "changeme trustnoi starwars whatever welcome letmein mustang charlie michael jessica shadow master dragon monkey",
  "qwertyuiop qwerty asdfgh zxcvbn secret summer winter spring autumn access batman google login hello admin",
  "i2eas6t89o i2eas6t89 i2eas678 i2eas6 i2ea i2e abcdef abcd abc pass test user root love",
  "123456789 12345678 1234567 123456 12345 1234 123 2024 2025 2026 2o2a 2o2s 2o26",
].flatMap((line) => line.split(" "));
