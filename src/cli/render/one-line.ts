/** A name from elsewhere, on one line: nothing of it moves the cursor. */
export function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (found) => {
    if (found === "\n") return "\\n";
    return `\\u{${(found.codePointAt(0) ?? 0).toString(16)}}`;
  });
}
