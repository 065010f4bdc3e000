/** Characters of one value inside a longer text that is base64 as a whole. */
export interface Aligned {
  /** those that hold bits of this value only: at an edge up to two more hold bits of a neighbour too */
  readonly inner: string;
  /** the value is the end of the text: the same to its last character, with and without padding */
  readonly last: readonly string[];
}

/** At each of the three alignments where a value may begin. Line ends in between are left out when it is looked for. */
export function base64At(value: Uint8Array): readonly Aligned[] {
  const longest = Buffer.concat([Buffer.alloc(2), value]);
  return [0, 1, 2].map((before) => {
    const padded = longest.toString("base64", 2 - before);
    const first = Math.ceil((before * 8) / 6);
    const inner = Math.floor(((before + value.byteLength) * 8) / 6);
    return {
      inner: padded.slice(first, inner),
      last: [padded.slice(first), padded.slice(first).replace(/=+$/, "")],
    };
  });
}

export function urlSafe(text: string): string {
  return text.replaceAll("+", "-").replaceAll("/", "_");
}
