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
  const filling: Filling = { ...options, findings: [], left: longest };
  const result = fill(template, filling, [options.name]);
  if (filling.left < 0) filling.findings.push(tooLong(options));
  if (filling.findings.length > 0) return { kind: "unresolved", findings: filling.findings };
  return { kind: "resolved", value: Sensitive.of(Buffer.concat(result.bytes)), sensitive: result.sensitive };
}

/** Bytes that may come together: no environment holds as much. A part counts as some more, so that many are too many. */
const longest = 1024 * 1024;
const costOfPart = 64;
/** references to references to …; nobody means more */
const deepest = 100;

/** of one template */
const mostTold = 100;

interface Filling extends ResolveOptions {
  readonly findings: Finding[];
  /** below zero when the limit is passed: ten lines of two references each would be a thousand texts */
  left: number;
}

interface Filled {
  readonly bytes: readonly Buffer[];
  readonly sensitive: boolean;
}

const nothing: Filled = { bytes: [], sensitive: false };

function fill(template: Template, filling: Filling, trail: readonly string[]): Filled {
  const parts: Filled[] = [];
  for (const part of template) {
    const filled = part.kind === "text" ? textFilled(part.text) : fillReference(part.name, filling, trail);
    filling.left -= costOfPart + (part.kind === "text" ? part.text.length : 0);
    if (filling.left < 0) return nothing;
    parts.push(filled);
  }
  return { bytes: parts.flatMap((part) => part.bytes), sensitive: parts.some((part) => part.sensitive) };
}

function textFilled(text: string): Filled {
  return { bytes: [Buffer.from(text, "utf8")], sensitive: false };
}

function fillReference(name: string, filling: Filling, trail: readonly string[]): Filled {
  if (trail.includes(name)) return fault(filling, cycle([...trail.slice(trail.indexOf(name)), name], filling));
  const referent = filling.lookup(name);
  if (referent === undefined) return fault(filling, unknown(trail.at(-1) ?? filling.name, name, filling));
  if (referent.kind === "value") {
    filling.left -= referent.value.byteLength;
    return { bytes: [referent.value.reveal()], sensitive: referent.sensitive };
  }
  if (trail.length >= deepest) filling.left = -1;
  if (filling.left < 0) return nothing;
  const inner = fill(referent.template, filling, [...trail, name]);
  return { bytes: inner.bytes, sensitive: inner.sensitive || referent.sensitive };
}

/** Each once, however often its reference is come by. */
function fault({ findings }: Filling, finding: Finding): Filled {
  const told = findings.length >= mostTold || findings.some(({ message }) => message === finding.message);
  if (!told) findings.push(finding);
  return nothing;
}

function tooLong({ name, position }: ResolveOptions): Finding {
  const message = `${name} becomes longer than any value may be, by references to references`;
  return { severity: "error", code: "reference-too-long", message, ...(position === undefined ? {} : { position }) };
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
