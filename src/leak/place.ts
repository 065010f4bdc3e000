/** A byte of a stream. */
export interface Place {
  /** from 0 */
  readonly offset: number;
  /** counts from 1 */
  readonly line: number;
  /** counts from 1, in characters of UTF-8 */
  readonly column: number;
}

/** Bytes of a stream, and where in it they begin. */
export interface Part {
  readonly bytes: Uint8Array;
  readonly offset: number;
}

/** Counts lines. */
export interface Places {
  /** the place of byte `at` of the part; best asked for in order */
  at(part: Part, at: number): Place;
  /** nothing before byte `at` will be asked for any more */
  pass(part: Part, at: number): void;
}

export function countPlaces(): Places {
  let passed: Place = { offset: 0, line: 1, column: 1 };
  let last = passed;
  const at = (part: Part, index: number): Place => {
    const offset = part.offset + index;
    last = countTo(last.offset <= offset ? last : passed, part, offset);
    return last;
  };
  return {
    at,
    pass: (part, index) => {
      passed = at(part, index);
    },
  };
}

/** Where the first NUL of a stream stands, if it is among the first 8,000 bytes: Git's rule for a file that is no text. */
export function firstNul({ bytes, offset }: Part): number | undefined {
  const at = bytes.subarray(0, Math.max(0, 8000 - offset)).indexOf(0);
  return at < 0 ? undefined : offset + at;
}

function countTo({ offset: from, line, column }: Place, { bytes, offset: begin }: Part, offset: number): Place {
  const stretch = bytes.subarray(from - begin, offset - begin);
  const lines = lineFeeds(stretch);
  if (lines === 0) return { offset, line, column: column + characters(stretch) };
  const last = stretch.subarray(stretch.lastIndexOf(10) + 1);
  return { offset, line: line + lines, column: 1 + characters(last) };
}

/** Every byte of a large file is counted, and most of those are no text: Node's own search passes them at the speed of memory. */
function lineFeeds({ buffer, byteOffset, byteLength }: Uint8Array): number {
  const bytes = Buffer.from(buffer, byteOffset, byteLength);
  let count = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) count += 1;
  return count;
}

function characters(bytes: Uint8Array): number {
  let count = 0;
  for (let at = 0; at < bytes.length; at += 1) if (((bytes[at] ?? 0) & 0xc0) !== 0x80) count += 1;
  return count;
}
