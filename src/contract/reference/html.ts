import { code, document, escape, table } from "./html-text.ts";
import type { Reference, ReferenceSecret, ReferenceService, ReferenceVariable } from "./reference.ts";

/** One page without scripts or outside parts: secrets first, then each service's variables. */
export function renderReferenceHtml(reference: Reference): string {
  const links = reference.services.map(({ name }) => `<a href="#${escape(name)}">${escape(name)}</a>`);
  return document(`${reference.platform}, ${reference.environment}: variables and secrets`, [
    `<nav><a href="#secrets">secrets</a>${links.join("")}</nav>`,
    '<h2 id="secrets">Secrets</h2>',
    table(["secret", "used by", "where it is set", "where the value comes from"], reference.secrets.map(secretRow)),
    ...reference.services.map(section),
  ]);
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
