/**
 * Inside `'…'`, `"…"` and template literals. Minifiers choose the quote, leave a tab alone or not, and may write all
 * but ASCII as escapes: `\u00fc`, or shorter as `\xFC`.
 */
export function javascript(text: string): string[] {
  const escaped = text.replaceAll("\\", "\\\\");
  const quoted = [
    escaped.replaceAll("'", "\\'"),
    escaped.replaceAll('"', '\\"'),
    escaped.replaceAll("`", "\\`").replaceAll("${", "\\${"),
  ];
  const lines = quoted.flatMap((form) => [form, lineEnds(form), lineEnds(form).replaceAll("\t", "\\t")]);
  return lines.flatMap((form) => [
    form,
    form.replace(/[\u2028\u2029\ufeff]/g, shortest),
    form.replace(/[\u007f-\uffff]/g, fourDigits),
    form.replace(/[\u007f-\uffff]/g, shortest),
  ]);
}

function lineEnds(text: string): string {
  return text.replaceAll("\n", "\\n").replaceAll("\r", "\\r");
}

function fourDigits(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function shortest(unit: string): string {
  const digits = unit.charCodeAt(0).toString(16).toUpperCase();
  return digits.length <= 2 ? `\\x${digits.padStart(2, "0")}` : `\\u${digits.padStart(4, "0")}`;
}
