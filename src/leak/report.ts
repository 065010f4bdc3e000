import type { Encoding } from "./encodings.ts";
import type { Match, Matcher } from "./matcher.ts";

/** Where a real value stands. Holds nothing of the file's content. */
export interface LeakFinding {
  readonly name: string;
  readonly version?: number;
  readonly path: string;
  /** of the first byte, from 0 */
  readonly offset: number;
  /** counts from 1 */
  readonly line: number;
  readonly encoding: Encoding;
}

/** Every place once per name and version, in the order of the bytes. */
export function scanBytes(matcher: Matcher, path: string, bytes: Uint8Array): readonly LeakFinding[] {
  const lines = lineCounter(bytes);
  const ends = new Map<string, number>();
  return matcher.find(bytes).flatMap((match) => {
    const line = lines(match.start);
    return ownersNotWithin(match, ends).map((owner) => ({
      ...owner,
      path,
      offset: match.start,
      line,
      encoding: match.pattern.encoding,
    }));
  });
}

/** A form found inside another form of the same value is the same place: only the outer one is reported. */
function ownersNotWithin(match: Match, ends: Map<string, number>): Match["pattern"]["owners"] {
  return match.pattern.owners.filter(({ name, version }) => {
    const key = `${name} ${version ?? ""}`;
    const within = match.start < (ends.get(key) ?? 0);
    ends.set(key, Math.max(match.end, ends.get(key) ?? 0));
    return !within;
  });
}

/** Offsets must be asked for in order: each byte is looked at once. */
function lineCounter(bytes: Uint8Array): (offset: number) => number {
  let line = 1;
  let at = bytes.indexOf(10);
  return (offset) => {
    while (at !== -1 && at < offset) {
      line += 1;
      at = bytes.indexOf(10, at + 1);
    }
    return line;
  };
}
