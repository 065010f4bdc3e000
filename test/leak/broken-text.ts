import * as fc from "fast-check";
import { withoutBreaks } from "../../src/leak/breaks.ts";

const bytesOf = (parts: readonly string[]) => Buffer.from(parts.join(""), "latin1");

const piece = fc.constantFrom("a", "b", "1", "m", "\u00fc", "[", "\u0000");
const pattern = fc
  .array(fc.oneof(piece, fc.constant("\u001b")), { minLength: 8, maxLength: 14 })
  .map((parts) => withoutBreaks(bytesOf(parts)))
  .filter(({ byteLength }) => byteLength >= 8);
const separator = fc.constantFrom("\n", "\r\n", "\r", "\u001b[1m", "\u001b", "\u001b[", "\u001b(B", "\t");

const gap = fc.oneof(
  { weight: 3, arbitrary: fc.constant("") },
  { weight: 1, arbitrary: fc.constantFrom("\n", "\r\n", "\r", "\u001b[1m", "\u001b[m\r\n\u001b[1m") },
);

/** A pattern with breaks between any two of its bytes. */
const brokenPattern = (patterns: readonly Uint8Array[]) =>
  fc
    .tuple(fc.constantFrom(...patterns), fc.array(gap, { minLength: 14, maxLength: 14 }))
    .map(([bytes, gaps]) => Array.from(bytes, (byte, at) => String.fromCharCode(byte) + (gaps[at] ?? "")).join(""));

/** Patterns, some of them whole or cut off, with breaks at any place, and other bytes around them. */
const text = (patterns: readonly Uint8Array[]) =>
  fc
    .array(
      fc.oneof(
        { weight: 4, arbitrary: piece },
        { weight: 2, arbitrary: separator },
        { weight: 3, arbitrary: brokenPattern(patterns) },
        {
          weight: 3,
          arbitrary: fc
            .tuple(fc.constantFrom(...patterns), fc.nat({ max: 14 }), fc.nat({ max: 14 }), separator)
            .map(([bytes, cut, at, between]) => {
              const shown = Buffer.from(bytes)
                .toString("latin1")
                .slice(0, cut > 10 ? undefined : cut + 4);
              return shown.slice(0, at) + (at > 0 ? between : "") + shown.slice(at);
            }),
        },
      ),
      { maxLength: 12 },
    )
    .map(bytesOf);

/** Some patterns, and a text with parts of them. */
export const patternsAndText = fc
  .array(pattern, { minLength: 1, maxLength: 6 })
  .chain((patterns) => fc.tuple(fc.constant(patterns), text(patterns)));
