import type { ByteReader } from "./byte-reader.ts";
import { isTarHeader } from "./kind.ts";

export interface TarMember {
  readonly path: string;
  readonly chunks: AsyncGenerator<Uint8Array>;
}

const block = 512;

/**
 * The files of a tar, in POSIX's, GNU's and the old form. The bytes of one are to be taken before the next is asked for; what is
 * left is passed over. Links, folders and devices have none.
 *
 * @throws RangeError when the tar is damaged or cut off.
 */
export async function* tarMembers(reader: ByteReader): AsyncGenerator<TarMember> {
  let extended: Extended = {};
  for (;;) {
    const header = Buffer.from(await reader.take(block));
    if (header.byteLength === 0 || header.every((byte) => byte === 0)) return;
    if (!isTarHeader(header)) throw new RangeError("damaged tar");
    const type = header.toString("latin1", 156, 157);
    const size = extended.size ?? numberAt(header, 124, 12);
    const counted = counting(reader.chunks(size));
    if (type === "x" || type === "L")
      extended = { ...extended, ...readExtended(type, await all(counted.chunks, size)) };
    else {
      if (/[0\0 7S]/.test(type)) yield { path: extended.path ?? nameOf(header), chunks: counted.chunks };
      extended = {};
    }
    for await (const rest of counted.chunks) void rest;
    if (counted.taken() < size) throw new RangeError("tar that is cut off");
    await reader.take((block - (size % block)) % block);
  }
}

interface Extended {
  readonly path?: string;
  readonly size?: number;
}

/** no name is longer; what says to be is no name */
const longestExtension = 1024 * 1024;

async function all(chunks: AsyncGenerator<Uint8Array>, size: number): Promise<Buffer> {
  if (size > longestExtension) throw new RangeError("damaged tar");
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(Uint8Array.from(chunk));
  return Buffer.concat(parts);
}

/** POSIX: `LENGTH KEY=VALUE`, a line feed; and so on. GNU: the name. */
function readExtended(type: "x" | "L", bytes: Buffer): Extended {
  if (type === "L") return { path: bytes.toString("utf8").replace(/\0.*$/s, "") };
  const found: Record<string, string> = {};
  for (let at = 0; at < bytes.byteLength;) {
    const length = Number.parseInt(bytes.toString("latin1", at, at + 20), 10);
    if (!(length > 0)) break;
    const [, key = "", value = ""] = /^\d+ ([^=]*)=(.*)\n$/s.exec(bytes.toString("utf8", at, at + length)) ?? [];
    found[key] = value;
    at += length;
  }
  const { path, size } = found;
  return { ...(path === undefined ? {} : { path }), ...(size === undefined ? {} : { size: Number(size) }) };
}

function nameOf(header: Buffer): string {
  const name = textAt(header, 0, 100);
  const prefix = textAt(header, 257, 6).startsWith("ustar") ? textAt(header, 345, 155) : "";
  return prefix === "" ? name : `${prefix}/${name}`;
}

function textAt(header: Buffer, at: number, length: number): string {
  return header.toString("utf8", at, at + length).replace(/\0.*$/s, "");
}

/** Octal digits, or, for what they can't hold, GNU's bytes behind a set bit. */
function numberAt(header: Buffer, at: number, length: number): number {
  if (((header[at] ?? 0) & 0x80) !== 0) return header.readUIntBE(at + length - 6, 6);
  return Number.parseInt(textAt(header, at, length).trim() || "0", 8);
}

function counting(chunks: AsyncGenerator<Uint8Array>) {
  let count = 0;
  const counted = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      count += chunk.byteLength;
      yield chunk;
    }
  };
  return { chunks: counted(), taken: () => count };
}
