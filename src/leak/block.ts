/** bytes that are looked at together */
export const block = 3;

/** Of three bytes, the last of them in the highest place; `bits` bits. */
export function blockHash(three: number, bits: number): number {
  return Math.imul(three, 0x9e3779b1) >>> (32 - bits);
}

/** Of four bytes as they stand in memory; 16 bits. */
export function wordHash(four: number): number {
  return Math.imul(four, 0x9e3779b1) >>> 16;
}

export const wordHashes = 1 << 16;

/** Of four bytes; 18 bits, so that a table of marks with some ten thousand of them says no to most. */
export function markHash(four: number): number {
  return Math.imul(four, 0x9e3779b1) >>> 14;
}

export const markHashes = 1 << 18;
