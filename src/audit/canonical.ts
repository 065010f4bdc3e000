import type { AuditEntry, NewAuditEntry } from "./entry.ts";
import { leafHash } from "./tree.ts";

/** An entry in its place: text made storable (no NUL, no half characters) before it is hashed. */
export function entryOf(entry: NewAuditEntry, seq: number, at: number): AuditEntry {
  const clean = {
    seq,
    at,
    actor: { name: cleanText(entry.actor.name) },
    action: cleanText(entry.action),
    ...(entry.environment === undefined ? {} : { environment: cleanText(entry.environment) }),
    subject: cleanText(entry.subject),
    detail: cleanDetail(entry.detail),
  };
  return { ...clean, leaf: entryLeaf(clean) };
}

/** RFC 6962 leaf hash of the canonical bytes, hex. */
export function entryLeaf(entry: Omit<AuditEntry, "leaf">): string {
  return leafHash(canonicalBytes(entry)).toString("hex");
}

/** One JSON array in a fixed order, detail as pairs sorted by name (UTF-16 order), UTF-8: the same entry gives the same bytes. */
export function canonicalBytes(entry: Omit<AuditEntry, "leaf">): Buffer {
  const { seq, at, actor, action, environment, subject, detail } = entry;
  const pairs = Object.entries(detail).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Buffer.from(
    JSON.stringify(["keyturn-audit/1", seq, at, actor.name, action, environment ?? null, subject, pairs]),
    "utf8",
  );
}

function cleanDetail(detail: NewAuditEntry["detail"]): NewAuditEntry["detail"] {
  return Object.fromEntries(Object.entries(detail).map(([name, value]) => [cleanText(name), cleanField(value)]));
}

function cleanField(value: NewAuditEntry["detail"][string]): NewAuditEntry["detail"][string] {
  if (typeof value === "string") return cleanText(value);
  if (typeof value === "boolean") return value;
  // JSON has neither -0 nor what is not finite
  if (typeof value === "number") return Number.isFinite(value) ? value + 0 : String(value);
  return value.map(cleanText);
}

function cleanText(text: string): string {
  return text.toWellFormed().replaceAll("\0", "\uFFFD");
}
