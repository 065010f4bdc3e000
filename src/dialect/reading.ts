import { Sensitive, type Finding, type Position } from "#kernel";
import type { Entry, ReadResult } from "./dialect.ts";

/** What a reader says about one place of the text. Codes are stable. */
type FindingCode =
  | "line-dropped"
  | "file-refused"
  | "value-changed"
  | "expands"
  | "name-invalid"
  | "name-repeated"
  | "comment-continued";

/** Gathers entries (a repeated name wins) and findings while a reader walks its text. */
export interface Reading {
  set(name: string, value: Uint8Array | string, offset: number): void;
  /** The consumer takes this value from where it runs: what was read for the name before no longer counts. */
  unknown(name: string, message: string, offset: number): void;
  unset(name: string): void;
  note(code: FindingCode, message: string, offset: number): void;
  result(): ReadResult;
}

/**
 * `text` is what offsets count in. Findings quote nothing: a line that can't be read may be a secret. Their position names
 * the file `-`, for a reader gets bytes and the caller knows the path.
 * A name is shown only when it is one, by the grammar of names.
 */
export function startReading(text: string): Reading {
  const values = new Map<string, Entry>();
  const findings: Finding[] = [];
  const positionOf = positionsIn(text);
  const counts = new Map<FindingCode, number>();
  const note = (code: FindingCode, message: string, offset: number) => {
    const count = (counts.get(code) ?? 0) + 1;
    counts.set(code, count);
    if (count <= mostOfOneKind)
      findings.push({ severity: severities[code], code, message, position: positionOf(offset) });
  };
  return {
    note,
    set(name, value, offset) {
      if (values.has(name)) note("name-repeated", `${shownName(name)} is set again here, and this one wins`, offset);
      values.set(name, { name, value: Sensitive.of(value) });
    },
    unset(name) {
      values.delete(name);
    },
    unknown(name, message, offset) {
      values.delete(name);
      note("expands", `${shownName(name)} ${message}`, offset);
    },
    result: () => ({ entries: [...values.values()], findings }),
  };
}

export function isName(text: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(text);
}

function shownName(name: string): string {
  return isName(name) && name.length <= longestShown ? name : "a name";
}

const longestShown = 200;

/** Whoever has more has another file before him; millions of them would not fit into memory. */
const mostOfOneKind = 1000;

const severities: Readonly<Record<FindingCode, Finding["severity"]>> = {
  "line-dropped": "warning",
  "file-refused": "error",
  "value-changed": "warning",
  expands: "warning",
  "name-invalid": "warning",
  "name-repeated": "notice",
  "comment-continued": "warning",
};

/** Lines are counted once for the whole text: a file of nothing but findings must not take forever. */
function positionsIn(text: string): (offset: number) => Position {
  const starts = [0, ...Array.from(text.matchAll(/\n/g), (found) => found.index + 1)];
  return (offset) => {
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return { file: "-", line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
}
