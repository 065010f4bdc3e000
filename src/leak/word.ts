/** Of four bytes as they stand in memory; 16 bits. */
export function wordHash(four: number): number {
  return Math.imul(four, 0x9e3779b1) >>> 16;
}

export const wordHashes = 1 << 16;
