import type { Reference, ReferenceSecret, ReferenceService, ReferenceVariable } from "./reference.ts";

const style = `
  :root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 18%, transparent); }
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
  h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2.5rem; }
  .wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-size: .875rem; }
  th, td { text-align: left; vertical-align: top; padding: .4rem .75rem .4rem 0; border-bottom: 1px solid var(--line); }
  code { font: .85em ui-monospace, monospace; overflow-wrap: anywhere; } nav a { margin-right: 1rem; }
`;

/** One page without scripts or outside parts: secrets first, then each service's variables. */
export function renderReferenceHtml(reference: Reference): string {
  const title = escape(`${reference.platform}, ${reference.environment}: variables and secrets`);
  const links = reference.services.map(({ name }) => `<a href="#${escape(name)}">${escape(name)}</a>`);
  return [
    "<!doctype html>",
    '<html lang="en">',
    `<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title>`,
    `<style>${style}</style></head>`,
    `<body><h1>${title}</h1>`,
    "<p>Written by <code>keyturn docs</code> from the contracts and the manifest; change those instead.</p>",
    `<nav><a href="#secrets">secrets</a>${links.join("")}</nav>`,
    '<h2 id="secrets">Secrets</h2>',
    table(["secret", "used by", "where it is set", "where the value comes from"], reference.secrets.map(secretRow)),
    ...reference.services.map(section),
    "</body></html>",
    "",
  ].join("\n");
}

function secretRow({ name, services, places, origin }: ReferenceSecret): readonly string[] {
  return [code(name), escape(services.join(", ")), places.map(escape).join("<br>"), escape(origin)];
}

function section({ name, contract, place, variables }: ReferenceService): string {
  return [
    `<h2 id="${escape(name)}">${escape(name)}</h2>`,
    `<p>Declared in ${code(contract)}, set in ${escape(place)}.</p>`,
    table(["variable", "type", "required", "default", "meaning"], variables.map(variableRow)),
  ].join("\n");
}

function variableRow(variable: ReferenceVariable): readonly string[] {
  const { name, type, required, fallback, meaning, sensitive, docs } = variable;
  const safe = docs !== undefined && /^https?:\/\//.test(docs);
  const link = safe ? ` <a href="${escape(docs)}">more</a>` : "";
  return [
    code(name),
    escape(sensitive ? `${type}, secret` : type),
    escape(required),
    fallback === "" ? "" : code(fallback),
    `${escape(meaning)}${link}`,
  ];
}

/** Cells are HTML already. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const row = (tag: string, cells: readonly string[]) =>
    `<tr>${cells.map((cell) => `<${tag}>${cell}</${tag}>`).join("")}</tr>`;
  return [
    '<div class="wide"><table>',
    row("th", head),
    ...rows.map((cells) => row("td", cells)),
    "</table></div>",
  ].join("\n");
}

function code(text: string): string {
  return `<code>${escape(text)}</code>`;
}

function escape(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return text.replaceAll(/[&<>"']/g, (char) => entities[char] ?? char);
}
