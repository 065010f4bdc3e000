/**
 * Line ends and terminal escapes are left out where a value is compared with a text, so that one is found that was wrapped or
 * coloured on the way.
 */
const lineFeed = 10;
const carriageReturn = 13;
const escape = 27;
const longestEscape = 40;

export function isLineEnd(byte: number | undefined): boolean {
  return byte === lineFeed || byte === carriageReturn;
}

/** A line end, or what an escape begins with. */
export function isBreak(byte: number): boolean {
  return byte === lineFeed || byte === carriageReturn || byte === escape;
}

/** Bytes of the line end that begins at a place: 2 of CR LF. */
export function lineEndLength(bytes: Uint8Array, at: number): number {
  if (!isLineEnd(bytes[at])) return 0;
  return bytes[at] === carriageReturn && bytes[at + 1] === lineFeed ? 2 : 1;
}

/**
 * Bytes to leave out at a place: one of a line end, all of an escape; 0 when there is none, negative when the end of the
 * text cuts an escape off.
 */
export function breakLength(bytes: Uint8Array, at: number): number {
  if (isLineEnd(bytes[at])) return 1;
  return bytes[at] === escape ? escapeLength(bytes, at) : 0;
}

export function withoutBreaks(bytes: Uint8Array): Uint8Array {
  if (!bytes.includes(lineFeed) && !bytes.includes(carriageReturn) && !bytes.includes(escape)) return bytes;
  const kept = new Uint8Array(bytes.length);
  let length = 0;
  for (let at = 0; at < bytes.length;) {
    const skip = Math.abs(breakLength(bytes, at));
    if (skip === 0) kept[length++] = bytes[at] ?? 0;
    at += Math.max(1, skip);
  }
  // what stood around an escape may make another one
  return length === bytes.length ? kept : withoutBreaks(kept.subarray(0, length));
}

/** ECMA-48: ESC, and then either `[` with parameters, intermediates and a final byte, or intermediates and a final byte. */
function escapeLength(bytes: Uint8Array, start: number): number {
  const isSequence = bytes[start + 1] === 0x5b;
  let at = start + (isSequence ? 2 : 1);
  const limit = start + longestEscape - 1;
  if (isSequence) while (at < limit && isWithin(bytes[at], 0x30, 0x3f)) at += 1;
  while (at < limit && isWithin(bytes[at], 0x20, 0x2f)) at += 1;
  if (at >= bytes.length) return start - at;
  return isWithin(bytes[at], isSequence ? 0x40 : 0x30, 0x7e) ? at + 1 - start : 0;
}

function isWithin(byte: number | undefined, low: number, high: number): boolean {
  return byte !== undefined && byte >= low && byte <= high;
}
