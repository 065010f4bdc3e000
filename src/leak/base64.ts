import type { EncodedForm } from "./encodings.ts";

/**
 * A value inside a longer text that is base64 as a whole begins at one of three alignments. For each: the characters
 * that hold bits of this value only, and the form that ends with the value, with and without padding. At an edge up to
 * two characters hold bits of a neighbour too; they are not part of the pattern. Long values also as `base64` (76) and
 * `openssl base64` and PEM (64) break them into lines.
 */
export function base64Forms(value: Buffer): readonly EncodedForm[] {
  const plain = [0, 1, 2].flatMap((before) => aligned(value, before));
  return [
    ...[...plain, ...wrapped(value)].map((text) => form("base64", text)),
    ...plain.map((text) => form("base64url", text.replaceAll("+", "-").replaceAll("/", "_"))),
  ];
}

function aligned(value: Buffer, before: number): readonly string[] {
  const padded = Buffer.concat([Buffer.alloc(before), value]).toString("base64");
  const first = Math.ceil((before * 8) / 6);
  const last = Math.floor(((before + value.byteLength) * 8) / 6);
  return [padded.slice(first, last), padded.slice(first), padded.slice(first).replace(/=+$/, "")];
}

function wrapped(value: Buffer): readonly string[] {
  const text = value.toString("base64");
  return [76, 64].flatMap((width) => {
    const lines = text.match(new RegExp(`.{1,${width}}`, "g")) ?? [];
    return lines.length < 2 ? [] : [lines.join("\n"), lines.join("\r\n")];
  });
}

function form(encoding: EncodedForm["encoding"], text: string): EncodedForm {
  return { encoding, bytes: Buffer.from(text, "latin1") };
}
