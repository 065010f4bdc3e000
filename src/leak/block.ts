/** bytes that are looked at together */
export const block = 3;

/** Hash of the three bytes that end at `end`, of `bits` bits. */
export function blockHash(bytes: Uint8Array, end: number, bits: number): number {
  const word = (bytes[end] ?? 0) | ((bytes[end - 1] ?? 0) << 8) | ((bytes[end - 2] ?? 0) << 16);
  return Math.imul(word, 0x9e3779b1) >>> (32 - bits);
}
