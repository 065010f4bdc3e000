import { crc32, deflateRawSync } from "node:zlib";

export interface ZipFile {
  readonly path: string;
  readonly content: Uint8Array;
  /** stored, deflated, or with its sizes behind it, as a stream is written */
  readonly as?: "stored" | "deflated" | "streamed";
  readonly encrypted?: boolean;
  /** of a compression that nobody knows */
  readonly method?: number;
}

/** A zip as its specification (PKWARE's APPNOTE) describes it; `large` in the form for more than 4 GiB. */
export function zipFile(files: readonly ZipFile[], { large = false } = {}): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const file of files) {
    const entry = entryOf(file, { offset, large });
    parts.push(...entry.parts);
    directory.push(...entry.directory);
    offset += entry.parts.reduce((sum, { byteLength }) => sum + byteLength, 0);
  }
  const size = directory.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const end = { count: files.length, size, offset };
  return Buffer.concat([...parts, ...directory, ...(large ? [largeEnd(end)] : []), smallEnd(end, large)]);
}

function entryOf(
  { path, content, as = "deflated", encrypted = false, method }: ZipFile,
  { offset = 0, large = false },
) {
  const name = Buffer.from(path);
  const packed = as === "stored" ? Buffer.from(content) : deflateRawSync(content);
  const flags = (encrypted ? 1 : 0) | (as === "streamed" ? 8 : 0) | 0x800;
  const sizes = [crc32(content), packed.byteLength, content.byteLength];
  const common = (told: readonly number[], extra: number) =>
    Buffer.concat([
      numbers(2, [20, flags, method ?? (as === "stored" ? 0 : 8), 0, 0]),
      numbers(4, told),
      numbers(2, [name.byteLength, extra]),
    ]);
  const local = [
    numbers(4, [0x04034b50]),
    common(as === "streamed" ? [0, 0, 0] : sizes, 5),
    name,
    Buffer.from("UX\u0001\0x"),
  ];
  const behind = as === "streamed" ? [numbers(4, [0x08074b50, ...sizes])] : [];
  const wide = large ? [numbers(2, [1, 24]), numbers(8, [content.byteLength, packed.byteLength, offset])] : [];
  const most = 0xffffffff;
  const directory = [
    numbers(4, [0x02014b50]),
    numbers(2, [20]),
    common(large ? [sizes[0] ?? 0, most, most] : sizes, large ? 28 : 0),
    numbers(2, [3, 0, 0]),
    numbers(4, [0, large ? most : offset]),
    name,
    ...wide,
    Buffer.from("abc"),
  ];
  return { parts: [...local, packed, ...behind], directory };
}

interface End {
  readonly count: number;
  readonly size: number;
  readonly offset: number;
}

function smallEnd({ count, size, offset }: End, large: boolean): Buffer {
  const [shown, place] = large ? [0xffff, 0xffffffff] : [count, offset];
  return Buffer.concat([
    numbers(4, [0x06054b50]),
    numbers(2, [0, 0, shown ?? 0, shown ?? 0]),
    numbers(4, [size, place ?? 0]),
    numbers(2, [7]),
    Buffer.from("comment"),
  ]);
}

function largeEnd({ count, size, offset }: End): Buffer {
  const end = [
    numbers(4, [0x06064b50]),
    numbers(8, [44]),
    numbers(2, [45, 45]),
    numbers(4, [0, 0]),
    numbers(8, [count, count, size, offset]),
  ];
  return Buffer.concat([...end, numbers(4, [0x07064b50, 0]), numbers(8, [offset + size]), numbers(4, [1])]);
}

/** little end first */
function numbers(width: 2 | 4 | 8, all: readonly number[]): Buffer {
  const bytes = Buffer.alloc(width * all.length);
  for (const [at, number] of all.entries()) {
    if (width === 8) bytes.writeBigUInt64LE(BigInt(number), at * 8);
    else bytes.writeUIntLE(number, at * width, width);
  }
  return bytes;
}
