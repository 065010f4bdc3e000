/** Takes bytes off a stream in the lengths that are wanted. */
export interface ByteReader {
  /** the next bytes, which stay; fewer where the stream ends */
  peek(length: number): Promise<Uint8Array>;
  /** the next bytes; fewer where the stream ends */
  take(length: number): Promise<Uint8Array>;
  /** the same as they come; without a length all that are left */
  chunks(length?: number): AsyncGenerator<Uint8Array>;
}

export function byteReader(stream: AsyncIterable<Uint8Array>): ByteReader {
  const source = stream[Symbol.asyncIterator]();
  let held: Uint8Array = Buffer.alloc(0);
  /** false at the end of the stream */
  const more = async (): Promise<boolean> => {
    const next = await source.next();
    if (next.done === true) return false;
    held = held.byteLength === 0 ? next.value : Buffer.concat([held, next.value]);
    return true;
  };
  const cut = (length: number): Uint8Array => {
    const part = held.subarray(0, length);
    held = held.subarray(length);
    return part;
  };
  const fill = async (length: number): Promise<void> => {
    while (held.byteLength < length && (await more()));
  };
  return {
    peek: async (length) => {
      await fill(length);
      return held.subarray(0, length);
    },
    take: async (length) => {
      await fill(length);
      return cut(length);
    },
    async *chunks(length = Infinity) {
      for (let left = length; left > 0;) {
        if (held.byteLength === 0 && !(await more())) return;
        const part = cut(left);
        left -= part.byteLength;
        if (part.byteLength > 0) yield part;
      }
    },
  };
}
