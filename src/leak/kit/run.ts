/** Bytes beside each other that may be one encoded text. */
export interface Run {
  readonly kind: "base64" | "hex" | "word";
  readonly start: number;
  readonly end: number;
}

/** sixteen bytes of a value take up so many characters, at least */
const shortest = { base64: 22, hex: 32, word: 16 };

const base64 = 1;
const hex = 2;
const word = 4;
/** may begin what stands for another character */
const sign = 8;

const kinds = kindTable();

/** Words are told where one of `%`, `\`, `&` stands in them. In no order. Written out for speed. */
export function runsOf(bytes: Uint8Array): readonly Run[] {
  const runs: Run[] = [];
  let [base64From, hexFrom, wordFrom, lastSign] = [0, 0, 0, -1];
  for (let at = 0; at <= bytes.length; at += 1) {
    const kind = at === bytes.length ? 0 : (kinds[bytes[at] ?? 0] ?? 0);
    if ((kind & base64) === 0) {
      if (at - base64From >= shortest.base64) runs.push({ kind: "base64", start: base64From, end: at });
      base64From = at + 1;
    }
    if ((kind & hex) === 0) {
      if (at - hexFrom >= shortest.hex) runs.push({ kind: "hex", start: hexFrom, end: at });
      hexFrom = at + 1;
    }
    if ((kind & sign) !== 0) lastSign = at;
    if ((kind & word) === 0) {
      if (lastSign >= wordFrom && at - wordFrom >= shortest.word) runs.push({ kind: "word", start: wordFrom, end: at });
      wordFrom = at + 1;
    }
  }
  return runs;
}

function kindTable(): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => {
    const letter = String.fromCharCode(byte);
    return (
      (/[\w+/-]/.test(letter) ? base64 : 0) |
      (/[0-9A-Fa-f]/.test(letter) ? hex : 0) |
      (/[!-~\x80-\xff]/.test(letter) ? word : 0) |
      (/[%\\&]/.test(letter) ? sign : 0)
    );
  });
}
