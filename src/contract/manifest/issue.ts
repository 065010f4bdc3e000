import type { z } from "zod";
import { looksLikeValue, type Finding } from "#kernel";
import type { FieldPath, ManifestDocument } from "./document.ts";
import { nearest } from "./nearest.ts";

type Issue = z.core.$ZodIssue;

/** The schema's complaints as findings: each at its place, saying what was expected. */
export function issueFindings(
  issues: readonly Issue[],
  document: ManifestDocument,
  knownKeys: (path: FieldPath) => readonly string[],
): readonly Finding[] {
  return issues.flatMap((issue) => explain(issue, [], document, knownKeys));
}

/** In one place: who has more has another file before him, and each is looked for among all. */
const mostUnknown = 100;

type Known = (path: FieldPath) => readonly string[];

function explain(issue: Issue, above: FieldPath, document: ManifestDocument, known: Known): readonly Finding[] {
  const path = [...above, ...issue.path.map((step) => (typeof step === "symbol" ? String(step) : step))];
  if (issue.code === "unrecognized_keys") {
    return issue.keys.slice(0, mostUnknown).map((key) => unknownKey(path, key, document, known));
  }
  if (issue.code === "invalid_key") {
    const message = `${fieldName(path)}: ${issue.issues[0]?.message ?? "expected another name"}`;
    return [{ severity: "error", code: "manifest-name", message, position: document.locateKey(path) }];
  }
  const branch = issue.code === "invalid_union" ? bestBranch(issue.errors) : undefined;
  if (branch !== undefined) return branch.flatMap((inner) => explain(inner, path, document, known));
  return [missingOrInvalid(issue, path, document)];
}

/** The alternative that the input has the shape of, so that its own complaints are the ones to show. */
function bestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const shaped = branches.filter(
    (issues) => !issues.some((issue) => issue.code === "invalid_type" && issue.path.length === 0),
  );
  const inner = shaped.filter((issues) =>
    issues.some((issue) => issue.path.length > 0 || issue.code === "unrecognized_keys"),
  );
  return inner.toSorted((a, b) => badness(a) - badness(b))[0];
}

/** A missing key says that this alternative was not meant. */
function badness(issues: readonly Issue[]): number {
  const missing = issues.filter((issue) => issue.code === "invalid_type" && issue.input === undefined).length;
  return missing * 10 + issues.length;
}

function unknownKey(path: FieldPath, key: string, document: ManifestDocument, known: Known): Finding {
  const keys = known(path);
  const close = nearest(key, keys);
  const field = [...path, key];
  const where = path.length === 0 ? "" : ` in ${fieldName(path)}`;
  return {
    severity: "error",
    code: "manifest-key",
    message: `unknown field ${shown(key)}${where}${close === undefined ? "" : `, did you mean ${close}?`}`,
    position: document.locateKey(field),
    ...(close === undefined && keys.length > 0 ? { hint: `fields here: ${keys.join(", ")}` } : {}),
  };
}

function missingOrInvalid(issue: Issue, path: FieldPath, document: ManifestDocument): Finding {
  const field = path.length === 0 ? "the manifest" : fieldName(path);
  if (!document.has(path)) {
    const message = `${field} is missing`;
    return { severity: "error", code: "manifest-missing", message, position: document.locate(path) };
  }
  const message = `${field}: ${plain(issue)}`;
  return { severity: "error", code: "manifest-invalid", message, position: document.locate(path) };
}

/** Texts of our own begin with `expected`; the library's are brought into the same form. */
function plain(issue: Issue): string {
  if (issue.message.startsWith("expected ")) return issue.message;
  if (issue.code === "invalid_type") return `expected ${expectedType(issue.expected)}`;
  if (issue.code === "too_small") return `expected at least ${issue.minimum}`;
  if (issue.code === "too_big") return `expected at most ${issue.maximum}`;
  if (issue.code === "invalid_value") return `expected ${issue.values.join(" or ")}`;
  return "expected another form";
}

function expectedType(type: string): string {
  const names: Readonly<Record<string, string>> = {
    object: "fields",
    record: "names with what belongs to them",
    array: "a list",
    string: "a text",
    int: "a whole number",
    number: "a number",
    boolean: "true or false",
  };
  return names[type] ?? type;
}

function shown(key: string): string {
  return staysHidden(key) ? "(not shown)" : JSON.stringify(key);
}

/** A value that was pasted in a name's place has its position, and is not repeated; nor is what acts on a terminal. */
function staysHidden(key: string): boolean {
  return (
    [key, ...key.split(/[./~\\]/)].some(looksLikeValue) ||
    key.length > 60 ||
    /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(key)
  );
}

/** `services.backend.hosts[0]` */
function fieldName(path: FieldPath): string {
  const names = path.map((step) => (typeof step === "string" && staysHidden(step) ? "(not shown)" : step));
  return names.map((step, at) => (typeof step === "number" ? `[${step}]` : at === 0 ? step : `.${step}`)).join("");
}
