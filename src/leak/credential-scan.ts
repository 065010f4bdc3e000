import { aroundOf, type Anchor, type Around, type CredentialFormat } from "./credential.ts";
import type { Match } from "./matcher.ts";
import type { Part, Place, Places } from "./place.ts";

/** Where a credential of a known format stands. Holds nothing of it. */
export interface CredentialFinding extends Place {
  readonly path: string;
  readonly format: string;
  /** tells this one from others of its kind; not there where the value could be guessed by it */
  readonly tag?: string;
  /** a NUL stands before it: line and column tell nothing */
  readonly binary: boolean;
}

/** The next bytes of a stream; they may begin with some of those that were seen. */
export interface Seen extends Part {
  readonly anchors: readonly Anchor[];
  readonly matches: readonly Match[];
  /** what begins behind this place comes again */
  readonly until: number;
  /** nothing follows */
  readonly last: boolean;
  /** place of the first NUL in the stream */
  readonly nul: number | undefined;
}

/** Goes through a stream. What an anchor stands in is judged when all of it was seen. */
export function credentialScan(path: string, places: Places): (seen: Seen) => readonly CredentialFinding[] {
  const values: Stretch[] = [];
  // place and format: one anchor may be the beginning of another
  const known = new Map<string, number>();
  let waiting: readonly Waiting[] = [];
  const tell = (around: Around, anchor: Waiting["anchor"], placeOf: () => Place, nul = Infinity) => {
    const credential = anchor.format.read(around);
    if (credential === undefined) return [];
    const { lead, length, tag, kind: format = anchor.format.name } = credential;
    const start = anchor.offset - lead;
    if (isCovered({ start, end: anchor.offset + length }, values)) return [];
    const where = moved(placeOf(), around, lead);
    return [{ ...where, path, format, ...(tag === undefined ? {} : { tag }), binary: nul < start }];
  };
  return (seen) => {
    const { offset, anchors, matches, until, last, nul } = seen;
    for (const { start, end } of matches) values.push({ start: offset + start, end: offset + end });
    const found: CredentialFinding[] = [];
    const later: Waiting[] = [];
    const put = (one: Waiting): void => {
      const isWhole = last || one.around.text.length >= one.anchor.format.reach;
      if (isWhole) found.push(...tell(one.around, one.anchor, () => one.place(), nul));
      else later.push({ ...one, place: constant(one.place()) });
    };
    for (const one of waiting) put({ ...one, around: longer(one, seen) });
    for (const { start, format } of anchors) {
      const key = `${offset + start} ${format.name}`;
      if (start >= until || known.has(key)) continue;
      if (!last) known.set(key, offset + start);
      const anchor = { offset: offset + start, format };
      put({ anchor, around: aroundOf(seen, { start, format }), place: () => places.at(seen, start) });
    }
    for (const [key, place] of known) if (place < offset) known.delete(key);
    waiting = later;
    return found;
  };
}

/** From the anchor's place to where the credential begins, which is on the same line where it is before it. */
function moved({ offset, line, column }: Place, { text }: Around, lead: number): Place {
  if (lead >= 0) return { offset: offset - lead, line, column: column - lead };
  const lines = text.slice(0, -lead).split("\n");
  const last = lines.at(-1) ?? "";
  // a byte of UTF-8 that goes on with a character is none
  const characters = last.replaceAll(/[\x80-\xbf]/g, "").length;
  const behind = lines.length === 1 ? column + characters : 1 + characters;
  return { offset: offset - lead, line: line + lines.length - 1, column: behind };
}

interface Waiting {
  readonly anchor: { readonly offset: number; readonly format: CredentialFormat };
  readonly around: Around;
  readonly place: () => Place;
}

interface Stretch {
  readonly start: number;
  readonly end: number;
}

function constant(place: Place): () => Place {
  return () => place;
}

/** With the bytes that came since. */
function longer({ anchor, around: { before, text } }: Waiting, { bytes, offset }: Part): Around {
  const from = anchor.offset + text.length - offset;
  const more = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1", from);
  return { before, text: (text + more).slice(0, anchor.format.reach) };
}

/** A value of the store that looks like a credential is told as what it is, and not again. */
function isCovered({ start, end }: Stretch, values: readonly Stretch[]): boolean {
  return values.some((value) => value.start < end && value.end > start);
}
