import type { Encoding } from "../form.ts";
import { breakLength } from "../breaks.ts";
import { runsOf } from "./run.ts";
import { windowLength } from "./window-hash.ts";

/** Bytes as a program would read a part of a text that is encoded. */
export interface View {
  readonly encoding: Exclude<Encoding, "literal">;
  readonly bytes: Uint8Array;
  /** where in the text a byte of it comes from */
  readonly placeOf: (at: number) => number;
}

/**
 * A text without line ends and terminal escapes. Values are not looked for in every form, as where they are known: every
 * form is read back, so that one hash is enough for all of them.
 */
export function joined(text: Uint8Array): { readonly bytes: Uint8Array; readonly placeOf: (at: number) => number } {
  const isWhole = !text.some((byte) => byte === 10 || byte === 13 || byte === 27);
  if (isWhole) return { bytes: text, placeOf: (at) => at };
  const bytes = new Uint8Array(text.length);
  const places = new Uint32Array(text.length + 1);
  let length = 0;
  for (let at = 0; at < text.length;) {
    const byte = text[at] ?? 0;
    const skip = byte === 10 || byte === 13 || byte === 27 ? Math.abs(breakLength(text, at)) : 0;
    if (skip === 0) {
      places[length] = at;
      bytes[length++] = byte;
    }
    at += Math.max(1, skip);
  }
  places[length] = text.length;
  return { bytes: bytes.subarray(0, length), placeOf: (at) => places[at] ?? text.length };
}

/** Every part that is long enough to have a value in it, at every alignment. */
export function* viewsOf(bytes: Uint8Array): Generator<View> {
  for (const run of runsOf(bytes)) {
    const text = latin1Text(bytes.subarray(run.start, run.end));
    if (run.kind === "base64") yield* base64Views(text, run.start);
    else if (run.kind === "hex") yield* hexViews(text, run.start);
    else yield* wordViews(text, run.start);
  }
  if (bytes.includes(0)) yield* utf16Views(latin1Text(bytes));
}

function* base64Views(run: string, start: number): Generator<View> {
  const encoding = /[_-]/.test(run) && !/[+/]/.test(run) ? "base64url" : "base64";
  for (let phase = 0; phase < 4; phase += 1) {
    // Buffer reads both alphabets, and what is left at the end
    const bytes = Buffer.from(run.slice(phase), "base64");
    yield { encoding, bytes, placeOf: (at) => start + phase + Math.floor((at * 4) / 3) };
  }
}

function* hexViews(run: string, start: number): Generator<View> {
  for (const phase of [0, 1]) {
    const bytes = Buffer.from(run.slice(phase), "hex");
    yield { encoding: "hex", bytes, placeOf: (at) => start + phase + at * 2 };
  }
}

function* utf16Views(text: string): Generator<View> {
  for (const pattern of [/(?:[!-~]\0){16,}/g, /(?:\0[!-~]){16,}/g]) {
    for (const { 0: run, index } of text.matchAll(pattern)) {
      yield { encoding: "utf16", bytes: latin1(run.replaceAll("\0", "")), placeOf: (at) => index + at * 2 };
    }
  }
}

interface Read {
  readonly text: string;
  readonly length: number;
}

type Reader = (word: string, at: number) => Read | undefined;

const readers: readonly (readonly [View["encoding"], RegExp, Reader])[] = [
  ["url", /%[0-9A-Fa-f]{2}/, fromUrl],
  ["json", /\\[\w/]/, fromEscapes],
  ["html", /&(?:#|amp|quot|apos|lt|gt|equals)/, fromHtml],
];

/** Of a word in which something is written with more than one character. */
function* wordViews(word: string, start: number): Generator<View> {
  for (const [encoding, sign, read] of readers) {
    if (!sign.test(word)) continue;
    const { bytes, places } = readWord(word, read);
    if (bytes.length >= windowLength) yield { encoding, bytes, placeOf: (at) => start + (places[at] ?? word.length) };
  }
}

function readWord(word: string, read: Reader): { readonly bytes: Buffer; readonly places: readonly number[] } {
  const places: number[] = [];
  let text = "";
  for (let at = 0; at < word.length;) {
    const { text: one, length } = read(word, at) ?? { text: word.charAt(at), length: 1 };
    for (let count = 0; count < one.length; count += 1) places.push(at);
    text += one;
    at += length;
  }
  return { bytes: latin1(text), places };
}

function fromUrl(word: string, at: number): Read | undefined {
  if (word.charCodeAt(at) !== 0x25) return undefined;
  const hex = word.slice(at + 1, at + 3);
  return /^[0-9A-Fa-f]{2}$/.test(hex) ? { text: String.fromCharCode(Number.parseInt(hex, 16)), length: 3 } : undefined;
}

/** JSON, JavaScript and shells. */
function fromEscapes(word: string, at: number): Read | undefined {
  if (word.charCodeAt(at) !== 0x5c) return undefined;
  const [whole, wide, narrow] = /^\\(?:u00([0-9A-Fa-f]{2})|x([0-9A-Fa-f]{2})|[^\w])/.exec(word.slice(at, at + 6)) ?? [];
  if (whole === undefined) return undefined;
  const hex = wide ?? narrow;
  const text = hex === undefined ? whole.charAt(1) : String.fromCharCode(Number.parseInt(hex, 16));
  return { text, length: whole.length };
}

const entities: Readonly<Record<string, string>> = { amp: "&", quot: '"', apos: "'", lt: "<", gt: ">", equals: "=" };

function fromHtml(word: string, at: number): Read | undefined {
  if (word.charCodeAt(at) !== 0x26) return undefined;
  const [whole, hex, decimal, name = ""] =
    /^&(?:#[xX]([0-9A-Fa-f]{1,4})|#(\d{1,5})|([a-z]{2,6}));/.exec(word.slice(at, at + 9)) ?? [];
  if (whole === undefined) return undefined;
  const code = hex === undefined ? Number.parseInt(decimal ?? "", 10) : Number.parseInt(hex, 16);
  const text = Number.isNaN(code) ? entities[name] : code < 256 ? String.fromCharCode(code) : undefined;
  return text === undefined ? undefined : { text, length: whole.length };
}

function latin1Text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

function latin1(text: string): Buffer {
  return Buffer.from(text, "latin1");
}
