/**
 * The text of a stream without line ends and terminal escapes, so that a value is found that was wrapped or coloured on
 * the way.
 */
export interface View {
  readonly bytes: Uint8Array;
  /** where byte `at` of the view stands in the stream; the stream's length behind the last one */
  readonly offset: (at: number) => number;
  /**
   * False where fewer than four bytes stand before the next line end: nearly every line ends like some value begins,
   * and a stream mask would hold each line until the next one is written.
   */
  readonly mayBegin: (at: number) => boolean;
}

const beforeBreak = 4;

export function viewWithoutBreaks(bytes: Uint8Array): View {
  if (!hasBreaks(bytes)) return { bytes, offset: (at) => at, mayBegin: () => true };
  const kept = new Uint8Array(bytes.length);
  const offsets = new Int32Array(bytes.length);
  let length = 0;
  for (let at = 0; at < bytes.length;) {
    const skip = isBreak(bytes[at]) ? 1 : Math.abs(escapeLength(bytes, at));
    if (skip === 0) {
      kept[length] = bytes[at] ?? 0;
      offsets[length] = at;
      length += 1;
    }
    at += Math.max(1, skip);
  }
  const offset = (at: number) => (at < length ? (offsets[at] ?? 0) : bytes.length);
  const mayBegin = (at: number) => !bytes.subarray(offset(at), offset(at + beforeBreak - 1)).some(isBreak);
  return { bytes: kept.subarray(0, length), offset, mayBegin };
}

export function hasBreaks(bytes: Uint8Array): boolean {
  return bytes.includes(lineFeed) || bytes.includes(carriageReturn) || bytes.includes(escape);
}

/** Moves a place back to the beginning of the escape it lies in, and before one that the end cuts off. */
export function outsideEscape(bytes: Uint8Array, place: number): number {
  for (let at = Math.max(0, place - longestEscape); at < place; at += 1) {
    const length = escapeLength(bytes, at);
    if (length < 0 || at + length > place) return at;
    if (length > 0) at += length - 1;
  }
  return place;
}

const lineFeed = 10;
const carriageReturn = 13;
const escape = 27;
const longestEscape = 40;

function isBreak(byte: number | undefined): boolean {
  return byte === lineFeed || byte === carriageReturn;
}

/**
 * Length of the escape at a place: 0 when there is none, negative when the end cuts it off. ECMA-48: ESC, and then
 * either `[` with parameters, intermediates and a final byte, or intermediates and a final byte.
 */
function escapeLength(bytes: Uint8Array, start: number): number {
  if (bytes[start] !== escape) return 0;
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
