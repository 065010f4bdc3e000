const style = `
  :root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 18%, transparent); }
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
  h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2.5rem; }
  .wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-size: .875rem; }
  th, td { text-align: left; vertical-align: top; padding: .4rem .75rem .4rem 0; border-bottom: 1px solid var(--line); }
  code, pre { font: .85em ui-monospace, monospace; overflow-wrap: anywhere; } nav a { margin-right: 1rem; }
  pre { white-space: pre-wrap; border: 1px solid var(--line); padding: .5rem; }
  @media print { body { margin: 0; max-width: none; font-size: 12px; } nav { display: none; } h2, h3 { break-after: avoid; } }
`;

/** One page without scripts or outside parts. `body` is HTML already, `title` is not. */
export function document(title: string, body: readonly string[]): string {
  const text = escape(title);
  return [
    "<!doctype html>",
    '<html lang="en">',
    `<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${text}</title>`,
    `<style>${style}</style></head>`,
    `<body><h1>${text}</h1>`,
    "<p>Written by <code>keyturn docs</code> from the contracts and the manifest; change those instead.</p>",
    ...body,
    "</body></html>",
    "",
  ].join("\n");
}

/** Cells are HTML already. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const row = (tag: string, cells: readonly string[]) =>
    `<tr>${cells.map((cell) => `<${tag}>${cell}</${tag}>`).join("")}</tr>`;
  return [
    '<div class="wide"><table>',
    row("th", head),
    ...rows.map((cells) => row("td", cells)),
    "</table></div>",
  ].join("\n");
}

export function code(text: string): string {
  return `<code>${escape(text)}</code>`;
}

export function escape(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return text.replaceAll(/[&<>"']/g, (char) => entities[char] ?? char);
}
