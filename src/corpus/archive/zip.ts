/** Bytes anywhere in a file. */
export interface RandomAccess {
  readonly size: number;
  /** fewer where the file ends */
  read(offset: number, length: number): Buffer;
}

export interface ZipEntry {
  readonly path: string;
  /** 0 stored, 8 deflated; nothing else is read here */
  readonly method: number;
  readonly encrypted: boolean;
  /** of its bytes as they stand in the file */
  readonly offset: number;
  readonly packed: number;
}

/**
 * What the directory at a zip's end lists, folders left out; also of the form for more than 4 GiB.
 *
 * @throws RangeError when there is none, or it is damaged.
 */
export function* zipEntries(file: RandomAccess): Generator<ZipEntry> {
  const { count, size, offset } = findDirectory(file);
  if (size > longestDirectory || offset + size > file.size) throw new RangeError("damaged zip");
  const directory = file.read(offset, size);
  for (let number = 0, at = 0; number < count; number += 1) {
    if (directory.byteLength < at + 46 || directory.readUInt32LE(at) !== 0x02014b50)
      throw new RangeError("damaged zip");
    const [name, extra, comment] = [28, 30, 32].map((place) => directory.readUInt16LE(at + place));
    const end = at + 46 + (name ?? 0);
    const path = directory.toString("utf8", at + 46, end);
    const sizes = largeSizes(directory.subarray(at, end + (extra ?? 0)), name ?? 0);
    at = end + (extra ?? 0) + (comment ?? 0);
    if (!path.endsWith("/")) yield { path, ...sizes, offset: contentAt(file, sizes.offset) };
  }
}

const longestDirectory = 512 * 1024 * 1024;

interface Directory {
  readonly count: number;
  readonly size: number;
  readonly offset: number;
}

/** Its end stands before a comment of up to 64 KiB. */
function findDirectory(file: RandomAccess): Directory {
  const start = Math.max(0, file.size - 65_557);
  const tail = file.read(start, file.size - start);
  const at = tail.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (at < 0 || tail.byteLength < at + 22) throw new RangeError("damaged zip");
  const small = {
    count: tail.readUInt16LE(at + 10),
    size: tail.readUInt32LE(at + 12),
    offset: tail.readUInt32LE(at + 16),
  };
  if (small.count !== 0xffff && small.offset !== 0xffffffff && small.size !== 0xffffffff) return small;
  const locator = at - 20;
  if (locator < 0 || tail.readUInt32LE(locator) !== 0x07064b50) return small;
  const large = file.read(Number(tail.readBigUInt64LE(locator + 8)), 56);
  if (large.byteLength < 56 || large.readUInt32LE(0) !== 0x06064b50) throw new RangeError("damaged zip");
  const [count = 0, size = 0, offset = 0] = [32, 40, 48].map((place) => Number(large.readBigUInt64LE(place)));
  return { count, size, offset };
}

/** An entry's own fields; what does not fit into 32 bits stands among the extra ones, in this order. */
function largeSizes(entry: Buffer, name: number): Omit<ZipEntry, "path"> {
  const method = entry.readUInt16LE(10);
  const encrypted = (entry.readUInt16LE(8) & 1) !== 0;
  let [packed, size, offset] = [20, 24, 42].map((place) => entry.readUInt32LE(place)) as [number, number, number];
  for (let at = 46 + name; at + 4 <= entry.byteLength; at += 4 + entry.readUInt16LE(at + 2)) {
    if (entry.readUInt16LE(at) !== 1) continue;
    let place = at + 4;
    const next = (): number => {
      place += 8;
      return place <= entry.byteLength ? Number(entry.readBigUInt64LE(place - 8)) : 0;
    };
    if (size === 0xffffffff) size = next();
    if (packed === 0xffffffff) packed = next();
    if (offset === 0xffffffff) offset = next();
  }
  return { method, encrypted, packed, offset };
}

/** Behind the entry's own header, whose name and extra fields may be of other lengths than in the directory. */
function contentAt(file: RandomAccess, offset: number): number {
  const header = file.read(offset, 30);
  if (header.byteLength < 30 || header.readUInt32LE(0) !== 0x04034b50) throw new RangeError("damaged zip");
  return offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
}
