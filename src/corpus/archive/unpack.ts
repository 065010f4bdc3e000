import { pipeline, Readable, type Duplex } from "node:stream";
import { createGunzip, createInflateRaw, createZstdDecompress, inflateRawSync } from "node:zlib";
import { systemCode } from "#kernel";
import type { LeftOut } from "../walk.ts";
import { byteReader } from "./byte-reader.ts";
import type { ArchiveKind } from "./kind.ts";
import { tarMembers } from "./tar.ts";
import { zipEntries, type RandomAccess, type ZipEntry } from "./zip.ts";

/** Something that may have files in it. */
export interface Packed {
  /** as it is told; of a file in an archive `outer.zip!inner` */
  readonly path: string;
  readonly chunks: AsyncIterable<Uint8Array>;
  /** where it lies in a file or in memory; what has it is read from there */
  readonly random?: RandomAccess;
}

export type Unpacked =
  | { readonly kind: "file"; readonly file: Packed }
  | { readonly kind: "left"; readonly left: LeftOut };

/** How many bytes may come out of compressed ones, all in all: it is used up. */
export interface Allowance {
  left: number;
}

/**
 * The files of an archive, one after the other: each is to be read before the next is asked for. What can't be unpacked is told,
 * and ends nothing else; neither does an archive that is damaged, or that would never end.
 */
export async function* unpack(packed: Packed, kind: ArchiveKind, allowance: Allowance): AsyncGenerator<Unpacked> {
  const { path } = packed;
  try {
    for await (const unpacked of within(packed, kind, allowance)) {
      if (unpacked.kind === "left") yield unpacked;
      else {
        const failed: LeftOut["reason"][] = [];
        const chunks = untilFailure(unpacked.file.chunks, (reason) => failed.push(reason));
        yield { kind: "file", file: { ...unpacked.file, chunks } };
        for (const reason of failed) yield { kind: "left", left: { path: unpacked.file.path, reason } };
        if (allowance.left < 0) return;
      }
    }
  } catch (error) {
    yield { kind: "left", left: { path, reason: reasonOf(error) } };
  }
}

/** Ends where what it reads fails: whoever reads a file of an archive has what came before. */
async function* untilFailure(
  chunks: AsyncIterable<Uint8Array>,
  onFailure: (reason: LeftOut["reason"]) => void,
): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks;
  } catch (error) {
    onFailure(reasonOf(error));
  }
}

async function* within(packed: Packed, kind: ArchiveKind, allowance: Allowance): AsyncGenerator<Unpacked> {
  const { path, chunks } = packed;
  switch (kind) {
    case "gzip":
      return yield* one(path, inflated(chunks, createGunzip(), allowance));
    case "zstd":
      return yield* one(path, inflated(chunks, createZstdDecompress(), allowance));
    case "tar":
      for await (const member of tarMembers(byteReader(chunks))) yield* one(`${path}!${member.path}`, member.chunks);
      return;
    case "zip":
      return yield* zipped(packed, allowance);
    case "other compression":
      yield { kind: "left", left: { path, reason: "compressed in a way that is not read" } };
  }
}

function* one(path: string, chunks: AsyncIterable<Uint8Array>): Generator<Unpacked> {
  yield { kind: "file", file: { path, chunks } };
}

/** A zip that does not lie in a file is held in memory, up to this. */
const largestInMemory = 256 * 1024 * 1024;

async function* zipped({ path, chunks, random }: Packed, allowance: Allowance): AsyncGenerator<Unpacked> {
  const file = random ?? (await inMemory(chunks));
  if (file === undefined) return yield { kind: "left", left: { path, reason: "too large to be unpacked" } };
  for (const entry of zipEntries(file)) {
    const inner = `${path}!${entry.path}`;
    const reason = entry.encrypted
      ? "encrypted"
      : [0, 8].includes(entry.method)
        ? undefined
        : "compressed in a way that is not read";
    if (reason !== undefined) yield { kind: "left", left: { path: inner, reason } };
    else {
      yield* one(inner, entry.method === 0 ? stretch(file, entry) : deflated(file, entry, allowance));
    }
  }
}

async function inMemory(chunks: AsyncIterable<Uint8Array>): Promise<RandomAccess | undefined> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.byteLength;
    if (size > largestInMemory) return undefined;
    parts.push(Uint8Array.from(chunk));
  }
  const bytes = Buffer.concat(parts);
  return { size, read: (offset, length) => bytes.subarray(offset, offset + length) };
}

async function* stretch(
  file: RandomAccess,
  { offset, packed }: Pick<ZipEntry, "offset" | "packed">,
): AsyncGenerator<Uint8Array> {
  for (let at = offset; at < offset + packed;) {
    const part = file.read(at, Math.min(1024 * 1024, offset + packed - at));
    if (part.byteLength === 0) throw new RangeError("zip that is cut off");
    at += part.byteLength;
    yield part;
  }
}

/** up to here an entry is inflated in one go: a stream for each takes ten times as long as all else that is done with it */
const small = { packed: 64 * 1024, unpacked: 1024 * 1024 };

async function* deflated(file: RandomAccess, entry: ZipEntry, allowance: Allowance): AsyncGenerator<Uint8Array> {
  const whole = entry.packed > small.packed ? undefined : inflatedWhole(file, entry);
  if (whole === undefined) return yield* inflated(stretch(file, entry), createInflateRaw(), allowance);
  yield spent(whole, allowance);
}

/** Nothing where it is damaged or grows too much: the stream gives what comes before that. */
function inflatedWhole(file: RandomAccess, { offset, packed }: ZipEntry): Buffer | undefined {
  try {
    return inflateRawSync(file.read(offset, packed), { maxOutputLength: small.unpacked });
  } catch (error) {
    if (/^(?:Z_|ERR_BUFFER_TOO_LARGE$)/.test(systemCode(error) ?? "")) return undefined;
    throw error;
  }
}

/** Thrown where more comes out than the allowance has left. */
class TooMuch extends Error {}

async function* inflated(
  chunks: AsyncIterable<Uint8Array>,
  inflate: Duplex,
  allowance: Allowance,
): AsyncGenerator<Uint8Array> {
  // copies: the reader's buffer is used again for the next chunk
  const source = Readable.from(
    (async function* () {
      for await (const chunk of chunks) yield Uint8Array.from(chunk);
    })(),
  );
  // its failure comes out of the loop below
  pipeline(source, inflate, () => undefined);
  for await (const chunk of inflate) {
    yield spent(chunk as Buffer, allowance);
  }
}

function spent(bytes: Buffer, allowance: Allowance): Buffer {
  allowance.left -= bytes.byteLength;
  if (allowance.left < 0) throw new TooMuch();
  return bytes;
}

/** What is no failure of an archive or of the system is ours, and goes on. */
function reasonOf(error: unknown): LeftOut["reason"] {
  if (error instanceof TooMuch) return "unpacks to too much";
  if (error instanceof RangeError) return "damaged archive";
  const code = systemCode(error);
  if (code === undefined) throw error;
  return /^(?:Z_|ZSTD_|ERR_)/.test(code) ? "damaged archive" : "unreadable";
}
