import { closeSync, fstatSync, readSync } from "node:fs";
import { openQuietly } from "../read-chunks.ts";
import type { FileEntry } from "../walk.ts";
import type { RandomAccess } from "./zip.ts";

export interface FileAccess extends RandomAccess {
  /** all of it, in order */
  chunks(): AsyncGenerator<Uint8Array>;
  close(): void;
}

/** A file that is read here and there; an error of the system where it can't be. */
export function openFile({ place }: FileEntry): FileAccess {
  const file = openQuietly(place);
  const read = (offset: number, length: number): Buffer => {
    const bytes = Buffer.allocUnsafe(length);
    let count = 0;
    for (let got = -1; got !== 0 && count < length; count += got) {
      got = readSync(file, bytes, count, length - count, offset + count);
    }
    return bytes.subarray(0, count);
  };
  return {
    size: fstatSync(file).size,
    read,
    async *chunks() {
      for (let at = 0; ;) {
        const bytes = read(at, 1024 * 1024);
        if (bytes.byteLength === 0) return;
        at += bytes.byteLength;
        yield bytes;
      }
    },
    close: () => closeSync(file),
  };
}
