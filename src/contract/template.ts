import { Sensitive, type Finding, type Position } from "#kernel";
import type { Template, TemplatePart } from "./variable.ts";

const reference = /\$?\$\{|\$\{/g;

/** `${NAME}` is a reference, `$${` the text `${`. Anything else that begins with `${` stays text: see `templateFaults`. */
export function parseTemplate(text: string): Template {
  const parts: TemplatePart[] = [];
  let literal = "";
  let at = 0;
  for (const match of text.matchAll(reference)) {
    if (match.index < at) continue;
    literal += text.slice(at, match.index);
    at = match.index + match[0].length;
    const name = match[0] === "${" ? referencedName(text, at) : undefined;
    if (name === undefined) {
      literal += "${";
      continue;
    }
    if (literal !== "") parts.push({ kind: "text", text: literal });
    literal = "";
    parts.push({ kind: "reference", name });
    at += name.length + 1;
  }
  literal += text.slice(at);
  return literal === "" ? parts : [...parts, { kind: "text", text: literal }];
}

/** The text that `parseTemplate` reads as this template. A text that ends in `$` before a reference has no written form. */
export function formatTemplate(template: Template): string {
  return template
    .map((part) => (part.kind === "text" ? part.text.replaceAll("${", () => "$${") : `\${${part.name}}`))
    .join("");
}

/** Offsets of `${` that begin no reference: `${A:-b}`, `${`, `${1}`. Kept as text, and worth a warning. */
export function templateFaults(text: string): readonly number[] {
  return [...text.matchAll(reference)]
    .filter((match) => match[0] === "${" && referencedName(text, match.index + 2) === undefined)
    .map((match) => match.index);
}

export function referencesOf(template: Template): readonly string[] {
  return [...new Set(template.flatMap((part) => (part.kind === "reference" ? [part.name] : [])))];
}

/** What a referenced name stands for: a stored value, which is never read as a template, or another template. */
export type Referent =
  | { readonly kind: "value"; readonly value: Sensitive; readonly sensitive: boolean }
  | { readonly kind: "template"; readonly template: Template; readonly sensitive: boolean };

export type Resolved =
  | { readonly kind: "resolved"; readonly value: Sensitive; readonly sensitive: boolean }
  | { readonly kind: "unresolved"; readonly findings: readonly Finding[] };

export interface ResolveOptions {
  /** the variable that the template belongs to: a reference back to it is a cycle */
  readonly name: string;
  readonly position?: Position;
  readonly lookup: (name: string) => Referent | undefined;
}

/** Puts values in place of references. One sensitive part makes the whole sensitive. */
export function resolveTemplate(template: Template, options: ResolveOptions): Resolved {
  const findings: Finding[] = [];
  const result = fill(template, options, [options.name], findings);
  if (findings.length > 0) return { kind: "unresolved", findings };
  return { kind: "resolved", value: Sensitive.of(Buffer.concat(result.bytes)), sensitive: result.sensitive };
}

interface Filled {
  readonly bytes: readonly Buffer[];
  readonly sensitive: boolean;
}

function fill(template: Template, options: ResolveOptions, trail: readonly string[], findings: Finding[]): Filled {
  const parts = template.map((part): Filled => {
    if (part.kind === "text") return { bytes: [Buffer.from(part.text, "utf8")], sensitive: false };
    const nothing: Filled = { bytes: [], sensitive: false };
    if (trail.includes(part.name)) {
      findings.push(cycle([...trail.slice(trail.indexOf(part.name)), part.name], options));
      return nothing;
    }
    const referent = options.lookup(part.name);
    if (referent === undefined) {
      findings.push(unknown(trail.at(-1) ?? options.name, part.name, options));
      return nothing;
    }
    if (referent.kind === "value") return { bytes: [referent.value.reveal()], sensitive: referent.sensitive };
    const inner = fill(referent.template, options, [...trail, part.name], findings);
    return { bytes: inner.bytes, sensitive: inner.sensitive || referent.sensitive };
  });
  return { bytes: parts.flatMap((part) => part.bytes), sensitive: parts.some((part) => part.sensitive) };
}

function cycle(names: readonly string[], { position }: ResolveOptions): Finding {
  const message = `reference goes in a circle: ${names.join(" → ")}`;
  return { severity: "error", code: "reference-cycle", message, ...(position === undefined ? {} : { position }) };
}

function unknown(from: string, name: string, { position }: ResolveOptions): Finding {
  const message = `${from} refers to ${name}, which has no value here`;
  return { severity: "error", code: "reference-unknown", message, ...(position === undefined ? {} : { position }) };
}

/** The name between `${` (which ends at `at`) and `}`. */
function referencedName(text: string, at: number): string | undefined {
  return /^([A-Za-z_][A-Za-z0-9_]*)\}/.exec(text.slice(at, at + 300))?.[1];
}
