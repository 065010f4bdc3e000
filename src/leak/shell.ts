/** A value's text as shells and their helpers quote it; what stands inside the quotes. */
export function shell(text: string): string[] {
  const single = [text.replaceAll("'", "'\\''"), text.replaceAll("'", `'"'"'`)];
  const double = text.replace(/[$`"\\]/g, "\\$&");
  return [
    ...single,
    double,
    double.replaceAll("!", "\\!"),
    bashBackslashes(text),
    text.replace(rubyEscapes, "\\$&"),
    text.replace(rubyEscapesNow, "\\$&"),
    ...ansiC(text),
  ];
}

/** `printf %q`: a tilde only where it would be expanded, `#` only where it would begin a comment */
function bashBackslashes(text: string): string {
  return text.replace(/[\s|&;()<>!{}*[\]?^$`"'\\,]|^#|(?<=^|[=:])~/g, "\\$&");
}

/** Ruby's Shellwords escapes letters that are not ASCII as well, which its authors may change. */
const rubyEscapesNow = /[^A-Za-z0-9_\-.,:+/@\n]/gu;
const rubyEscapes = /[^A-Za-z0-9_\-.,:+/@\n\u0080-\uffff]/g;

/** Inside `$'…'`: bytes that the locale can't print are octal; in the C locale that is all but ASCII. */
function ansiC(text: string): string[] {
  const named: Readonly<Record<string, string>> = {
    "\u0007": "\\a",
    "\b": "\\b",
    "\t": "\\t",
    "\n": "\\n",
    "\v": "\\v",
    "\f": "\\f",
    "\r": "\\r",
    "\u001b": "\\E",
  };
  const escaped = text
    .replace(/[\\']/g, "\\$&")
    // oxlint-disable-next-line no-control-regex -- control characters are the matter
    .replace(/[\u0001-\u001f\u007f]/g, (character) => named[character] ?? octal(character));
  return [escaped, escaped.replace(/[\u0080-\u009f\u2028\u2029]/g, octal), escaped.replace(/[\u0080-\uffff]+/g, octal)];
}

function octal(text: string): string {
  return Array.from(Buffer.from(text, "utf8"), (byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("");
}
