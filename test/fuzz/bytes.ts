import * as fc from "fast-check";
import { planted } from "./law.ts";

/** What a reader's inputs are made of: whole ones that it accepts, and words of its grammar. */
export interface Words {
  readonly whole: readonly string[];
  /** ¦ between them */
  readonly words: string;
}

/** Inputs as people and programs write them, then cut, doubled, swapped and mixed with what no grammar expects. */
export function foreignBytes({ whole, words }: Words): fc.Arbitrary<Uint8Array> {
  const piece = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...words.split("¦").map(byteText)) },
    { weight: 3, arbitrary: fc.constantFrom(...hostile) },
    { weight: 1, arbitrary: fc.constant(planted) },
  );
  const changed = fc
    .tuple(fc.constantFrom(...whole.map(byteText)), fc.array(edit(piece), { minLength: 1, maxLength: 6 }))
    .map(([text, edits]) => edits.reduce(applyEdit, text));
  const mixed = fc.array(piece, { maxLength: 30 }).map((parts) => parts.join(""));
  const nested = fc
    .tuple(mixed, piece, fc.integer({ min: 1, max: 2000 }), mixed)
    .map(([before, part, times, behind]) => before + part.repeat(Math.min(times, 16_000 / (part.length + 1))) + behind);
  return fc.oneof(
    { weight: 6, arbitrary: changed.map(bytesOf) },
    { weight: 4, arbitrary: mixed.map(bytesOf) },
    { weight: 1, arbitrary: nested.map(bytesOf) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) },
  );
}

type Edit =
  | { readonly kind: "insert"; readonly at: number; readonly piece: string }
  | {
      readonly kind: "replace" | "double" | "delete";
      readonly at: number;
      readonly length: number;
      readonly piece: string;
    }
  | { readonly kind: "cut"; readonly at: number };

function edit(piece: fc.Arbitrary<string>): fc.Arbitrary<Edit> {
  const at = fc.integer({ min: 0, max: 4000 });
  const length = fc.integer({ min: 1, max: 60 });
  return fc.oneof(
    fc.record({ kind: fc.constant("insert" as const), at, piece }),
    fc.record({ kind: fc.constantFrom("replace" as const, "double" as const, "delete" as const), at, length, piece }),
    fc.record({ kind: fc.constant("cut" as const), at }),
  );
}

function applyEdit(text: string, change: Edit): string {
  const at = change.at % (text.length + 1);
  switch (change.kind) {
    case "insert":
      return text.slice(0, at) + change.piece + text.slice(at);
    case "replace":
      return text.slice(0, at) + change.piece + text.slice(at + change.length);
    case "double":
      return text.slice(0, at + change.length) + text.slice(at);
    case "delete":
      return text.slice(0, at) + text.slice(at + change.length);
    case "cut":
      return text.slice(0, at);
  }
}

/** Bytes that are valid nowhere, or mean something to somebody: NUL, a half character, `/` in too many bytes, a mark. */
const hostile: readonly string[] = [
  "\0",
  "\r",
  "\r\n",
  "\n",
  "\t",
  "\u001b[2J",
  "\u0007",
  "\u007f",
  "\u00ff",
  "\u00fe",
  "\u00c0\u00af",
  "\u00ed\u00a0\u0080",
  "\u00f4\u0090\u0080\u0080",
  ...["\u0085", "\u009b31m", "\u00a0", "\u2028", "\u202e", "\u200b", "\ufeff", "\uffff", "\ufdd0", "é", "🔑"].map(
    byteText,
  ),
  "__proto__",
  "constructor",
  "toString",
  "999999999999999999999",
  "-1",
  "0",
  "'",
  '"',
  "`",
  "\\",
  "${",
  "}",
  "=",
  ":",
  "#",
  " ",
];

/** One character per byte, so that a half character is a piece like any other. */
function byteText(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}

function bytesOf(text: string): Uint8Array {
  return Buffer.from(text, "latin1");
}
