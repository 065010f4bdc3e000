import { reachBefore } from "./credential.ts";
import { credentialScan, type CredentialFinding } from "./credential-scan.ts";
import { countPlaces, firstNul, type Part, type Place, type Places } from "./place.ts";
import type { Encoding } from "./form.ts";
import type { Match, Matcher } from "./matcher.ts";
import { ownerKey, type Owner } from "./pattern.ts";
import { lookBehind, piecesOf, type Piece } from "./pieces.ts";

/** Where a real value stands. Holds nothing of the file's content. */
export interface LeakFinding extends Owner, Place {
  readonly path: string;
  readonly encoding: Encoding;
  /** over several lines, or with terminal escapes in between */
  readonly split: boolean;
  /** a NUL stands before its end: line and column tell nothing */
  readonly binary: boolean;
}

export type Found = LeakFinding | CredentialFinding;

export function isCredential(found: Found): found is CredentialFinding {
  return "format" in found;
}

/** Looks through a stream. */
export interface Scan {
  write(chunk: Uint8Array): readonly Found[];
  end(): readonly Found[];
}

/** Every place of a value once per name and version, in the order of the bytes. */
export function scanBytes(matcher: Matcher, path: string, bytes: Uint8Array): readonly LeakFinding[] {
  return searchBytes(matcher, path, bytes).flatMap((one) => (isCredential(one) ? [] : [one]));
}

/** The same, and behind them what looks like a credential. */
export function searchBytes(matcher: Matcher, path: string, bytes: Uint8Array): readonly Found[] {
  const { matches, anchors } = matcher.look(bytes);
  if (matches.length + anchors.length === 0) return [];
  const part = { bytes, offset: 0 };
  const places = countPlaces();
  const tell = teller(path, places);
  const nul = firstNul(part);
  const values = matches.flatMap((match) => tell(match, part, nul));
  if (anchors.length === 0) return values;
  const whole = { ...part, matches, anchors, until: bytes.byteLength, last: true, nul };
  return [...values, ...credentialScan(path, places)(whole)];
}

/** The same for bytes that come one after the other, whatever their length. */
export function scanStream(matcher: Matcher, path: string): Scan {
  const pieces = piecesOf(matcher, { keep: Math.max(reachBefore, lookBehind), passing: true });
  const places = countPlaces();
  const tell = teller(path, places);
  const lookAround = credentialScan(path, places);
  let nul: number | undefined;
  const look = (piece: Piece, last: boolean): readonly Found[] => {
    nul ??= firstNul(piece);
    const findings = piece.matches
      .filter((match) => match.from >= piece.from)
      .toSorted((a, b) => a.start - b.start)
      .flatMap((match) => tell(match, piece, nul));
    const credentials = lookAround({ ...piece, last, nul });
    places.pass(piece, piece.kept);
    return [...findings, ...credentials];
  };
  return { write: (chunk) => look(pieces.write(chunk), false), end: () => look(pieces.end(), true) };
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
