import {
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  parseDocument,
  visit,
  type Document,
  type Node,
  type YAMLMap,
} from "yaml";
import type { Finding, Position } from "#kernel";
import { placer } from "../placer.ts";
import { yamlMessage } from "./yaml-message.ts";

export type FieldPath = readonly (string | number)[];

/** A YAML text as plain data, and where each part of it stands. */
export interface ManifestDocument {
  readonly content: unknown;
  readonly findings: readonly Finding[];
  /** Place of the value at this path, or of the nearest part around it that exists. */
  locate(path: FieldPath): Position;
  /** Place of the key instead of its value. */
  locateKey(path: FieldPath): Position;
  has(path: FieldPath): boolean;
}

/** A text that is no YAML at all has an error at every second character. */
const mostTold = 100;

export function readDocument(text: string, file: string): ManifestDocument {
  const document = parseDocument(text, {
    prettyErrors: false,
    strict: true,
    logLevel: "error",
    // the library compares every key with every other one
    uniqueKeys: false,
  });
  // the library's own counter misses lines that it reads more than once
  const placeOf = placer(file, text);
  const place = (offset: number): Position => placeOf(Math.min(offset, text.length));
  const findings = document.errors.slice(0, mostTold).map((error): Finding => ({
    severity: "error",
    code: "yaml-malformed",
    message: yamlMessage(error),
    position: place(error.pos[0]),
  }));
  if (findings.length === 0) findings.push(...keyFindings(document, place));
  const content = findings.length > 0 ? undefined : toData(document, findings, place(0));
  return {
    content,
    findings,
    locate: (path) => place(offsetOf(document, path, "value")),
    locateKey: (path) => place(offsetOf(document, path, "key")),
    has: (path) => find(document, path) !== undefined,
  };
}

function keyFindings(document: Document.Parsed, place: (offset: number) => Position): readonly Finding[] {
  const findings: Finding[] = [];
  const look = (_: unknown, map: YAMLMap): symbol | undefined => {
    const seen = new Set<unknown>();
    for (const { key } of map.items) {
      if (key === null) continue;
      if (!isScalar(key)) {
        // the library writes such a key as text again at every level around it
        findings.push(malformed("a key must be plain text", place((key as Node).range?.[0] ?? 0)));
        return visit.BREAK;
      }
      if (seen.has(key.value)) findings.push(malformed("map keys must be unique", place(key.range?.[0] ?? 0)));
      seen.add(key.value);
    }
    return undefined;
  };
  try {
    visit(document, { Map: look });
  } catch {
    findings.push(malformed("too deep", place(0)));
  }
  return findings;
}

function malformed(message: string, position: Position): Finding {
  return { severity: "error", code: "yaml-malformed", message: `yaml: ${message}`, position };
}

function toData(document: Document.Parsed, findings: Finding[], position: Position): unknown {
  try {
    return document.toJS({ maxAliasCount: 50 }) as unknown;
  } catch {
    findings.push(malformed("an alias can't be followed", position));
    return undefined;
  }
}

interface Found {
  readonly key: Node | undefined;
  readonly value: Node | undefined;
}

function offsetOf(document: Document.Parsed, path: FieldPath, part: "key" | "value"): number {
  for (let length = path.length; length >= 0; length--) {
    const found = find(document, path.slice(0, length));
    const node = part === "key" ? (found?.key ?? found?.value) : (found?.value ?? found?.key);
    if (node?.range) return node.range[0];
  }
  return 0;
}

function find(document: Document.Parsed, path: FieldPath): Found | undefined {
  let found: Found = { key: undefined, value: document.contents ?? undefined };
  for (const step of path) {
    const next = child(document, found.value, step);
    if (next === undefined) return undefined;
    found = next;
  }
  return found;
}

function child(document: Document.Parsed, node: Node | undefined, step: string | number): Found | undefined {
  const target = isAlias(node) ? node.resolve(document) : node;
  if (isSeq(target) && typeof step === "number") {
    const item = target.items[step];
    return item === undefined ? undefined : { key: undefined, value: item as Node };
  }
  if (!isMap(target)) return undefined;
  const pair = target.items.find(
    (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(step),
  );
  return pair === undefined
    ? undefined
    : { key: pair.key as Node, value: (pair.value ?? undefined) as Node | undefined };
}
