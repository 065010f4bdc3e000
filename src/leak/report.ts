import { countPlaces, firstNul, type Part, type Place, type Places } from "./place.ts";
import type { Encoding } from "./encodings.ts";
import type { Match, Matcher } from "./matcher.ts";
import { ownerKey, type Owner } from "./pattern.ts";
import { piecesOf, type Piece } from "./pieces.ts";

/** Where a real value stands. Holds nothing of the file's content. */
export interface LeakFinding extends Owner, Place {
  readonly path: string;
  readonly encoding: Encoding;
  /** over several lines, or with terminal escapes in between */
  readonly split: boolean;
  /** a NUL stands before its end: line and column tell nothing */
  readonly binary: boolean;
}

/** Looks through a stream. */
export interface Scan {
  write(chunk: Uint8Array): readonly LeakFinding[];
  end(): readonly LeakFinding[];
}

/** Every place once per name and version, in the order of the bytes. */
export function scanBytes(matcher: Matcher, path: string, bytes: Uint8Array): readonly LeakFinding[] {
  const matches = matcher.find(bytes);
  if (matches.length === 0) return [];
  const part = { bytes, offset: 0 };
  const tell = teller(path, countPlaces());
  return matches.flatMap((match) => tell(match, part, firstNul(part)));
}

/** The same for bytes that come one after the other, whatever their length. */
export function scanStream(matcher: Matcher, path: string): Scan {
  const pieces = piecesOf(matcher);
  const places = countPlaces();
  const tell = teller(path, places);
  let nul: number | undefined;
  const look = (piece: Piece): readonly LeakFinding[] => {
    nul ??= firstNul(piece);
    const findings = piece.matches
      .filter((match) => match.from >= piece.from)
      .toSorted((a, b) => a.start - b.start)
      .flatMap((match) => tell(match, piece, nul));
    places.pass(piece, piece.kept);
    return findings;
  };
  return { write: (chunk) => look(pieces.write(chunk)), end: () => look(pieces.end()) };
}

type Teller = (match: Match, part: Part, nul: number | undefined) => readonly LeakFinding[];

/** A form found inside another form of the same value is the same place: only the outer one is told. */
function teller(path: string, places: Places): Teller {
  const ends = new Map<string, number>();
  return (match, part, nul = Infinity) => {
    const end = part.offset + match.end;
    const owners = match.form.owners.filter((owner) => {
      const key = ownerKey(owner);
      const before = ends.get(key) ?? 0;
      ends.set(key, Math.max(end, before));
      return part.offset + match.start >= before;
    });
    if (owners.length === 0) return [];
    const found = { ...places.at(part, match.start), encoding: match.form.encoding, split: match.split };
    return owners.map((owner) => ({ ...owner, path, ...found, binary: nul < end }));
  };
}
