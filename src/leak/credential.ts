import { shortSieveOf, type Sieve } from "./sieve/sieve.ts";
import type { Part } from "./place.ts";

/** A kind of credential that is known by its looks, whatever its value. */
export interface CredentialFormat {
  /** as it is told: `groq-key` */
  readonly name: string;
  /** each one has one of these in it: ASCII, four characters or more */
  readonly anchors: readonly string[];
  /** so many characters from an anchor on tell all of it */
  readonly reach: number;
  /** undefined where it is none, or an invented one */
  read(around: Around): Credential | undefined;
}

/** What stands around an anchor; each byte is one character. */
export interface Around {
  /** up to {@link reachBefore} characters, of lines before as well */
  readonly before: string;
  /** from the anchor on, as far as the format reaches */
  readonly text: string;
}

export interface Credential {
  /** characters of it before the anchor; negative where it begins behind the anchor's beginning, of which it is told so many */
  readonly lead: number;
  /** from the anchor's beginning to its end */
  readonly length: number;
  /** what it is told as, where the format knows several kinds */
  readonly kind?: string;
  /** tells this one from others of its kind; only of what is too random to be guessed */
  readonly tag?: string;
}

export const reachBefore = 256;

/** Where a format's anchor stands. */
export interface Anchor {
  readonly start: number;
  readonly format: CredentialFormat;
}

/** Shorter ones are looked for by themselves: among the patterns they would make the window short, and the search slow. */
export function anchorsOf(
  formats: readonly CredentialFormat[],
  fits: (anchor: string) => boolean,
): readonly (readonly [string, CredentialFormat])[] {
  return formats.flatMap((format) => format.anchors.filter(fits).map((anchor) => [anchor, format] as const));
}

/** Every place of some short texts, in no order. */
export type FindShort = (bytes: Uint8Array) => readonly Anchor[];

/** with fewer bytes each text is looked for by itself */
const few = 1024;

export function shortFinder(
  anchors: readonly (readonly [string, CredentialFormat])[],
  makeSieve: typeof shortSieveOf = shortSieveOf,
): FindShort {
  const texts = anchors.map(([text, format]) => ({ bytes: Buffer.from(text, "latin1"), format }));
  let sieve: Sieve | "none" | undefined;
  return (given) => {
    if (texts.length === 0) return [];
    const bytes = Buffer.from(given.buffer, given.byteOffset, given.byteLength);
    if (bytes.length >= few) sieve ??= makeSieve(texts.map((text) => text.bytes)) ?? "none";
    return bytes.length < few || sieve === undefined || sieve === "none"
      ? findEach(bytes, texts)
      : findTold(bytes, texts, sieve);
  };
}

interface ShortText {
  readonly bytes: Buffer;
  readonly format: CredentialFormat;
}

function findEach(bytes: Buffer, texts: readonly ShortText[]): readonly Anchor[] {
  const found: Anchor[] = [];
  for (const text of texts) {
    for (let start = bytes.indexOf(text.bytes); start >= 0; start = bytes.indexOf(text.bytes, start + 1))
      found.push({ start, format: text.format });
  }
  return found;
}

function findTold(bytes: Buffer, texts: readonly ShortText[], sieve: Sieve): readonly Anchor[] {
  const found: Anchor[] = [];
  sieve(bytes, (start) => {
    // plain loops: one place in some hundred is told
    for (const { bytes: text, format } of texts) {
      let at = 0;
      while (at < text.length && text[at] === bytes[start + at]) at += 1;
      if (at === text.length) found.push({ start, format });
    }
  });
  return found;
}

export function aroundOf({ bytes }: Pick<Part, "bytes">, { start, format }: Anchor): Around {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    before: buffer.toString("latin1", Math.max(0, start - reachBefore), start),
    text: buffer.toString("latin1", start, start + format.reach),
  };
}
