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
