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

function countTo({ offset: from, line: firstLine, column: firstColumn }: Place, part: Part, offset: number): Place {
  let line = firstLine;
  let column = firstColumn;
  for (let at = from - part.offset; at < offset - part.offset; at += 1) {
    const byte = part.bytes[at] ?? 0;
    if (byte === 10) {
      line += 1;
      column = 1;
    } else if ((byte & 0xc0) !== 0x80) column += 1;
  }
  return { offset, line, column };
}
