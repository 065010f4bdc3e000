import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from "node:fs";
import { systemCode } from "#kernel";
import type { FileEntry, LeftOut } from "./walk.ts";

/** `last`: the whole file was given, and where it is the first chunk as well, in one piece. */
type TakeChunk = (bytes: Uint8Array, last: boolean) => "go on" | "stop";

/**
 * The bytes of a file in the order they stand. A chunk is good until the call returns. It stands still between two chunks,
 * so that whoever reads may let others have a turn; the end is what could not be read.
 */
export type ReadChunks = (file: FileEntry, onChunk: TakeChunk) => Generator<undefined, LeftOut | undefined>;

/** A smaller file comes in one chunk. Reading into less costs searches in pieces, reading into more costs memory that is far away. */
const chunkSize = 4 * 1024 * 1024;
/** what says to be larger and has nothing on the disk is a hole, or made by the kernel */
const hole = 1024 * 1024 * 1024;

/** A reader with a buffer of its own. Never waits: what has become a pipe or a device since it was listed is left. */
export function chunkReader(): ReadChunks {
  const buffer = new Uint8Array(new ArrayBuffer(chunkSize));
  return function* readChunks({ path, place }, onChunk) {
    let file: number | undefined;
    try {
      file = openQuietly(place);
      const stat = fstatSync(file);
      const reason = objection(stat);
      if (reason !== undefined) return { path, reason };
      const reading = { buffer, size: stat.size, onChunk };
      while (readOne(file, reading) === "go on") yield;
      return undefined;
    } catch (error) {
      if (systemCode(error) === undefined) throw error;
      return { path, reason: "unreadable" };
    } finally {
      if (file !== undefined) closeSync(file);
    }
  };
}

/** As it lies in the tree: never waits, follows no link. */
export function openQuietly(place: FileEntry["place"]): number {
  const name = typeof place === "string" ? place : Buffer.from(place);
  return openSync(name, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
}

function objection(stat: Stats): LeftOut["reason"] | undefined {
  if (!stat.isFile()) return "changed";
  return stat.size > hole && stat.blocks === 0 ? "empty on the disk" : undefined;
}

interface Reading {
  readonly buffer: Uint8Array;
  readonly size: number;
  readonly onChunk: TakeChunk;
}

function readOne(file: number, { buffer, size, onChunk }: Reading): "go on" | "stop" {
  const length = fill(file, buffer, size);
  const last = length < buffer.length;
  const next = onChunk(buffer.subarray(0, length), last);
  return last ? "stop" : next;
}

/** Until the buffer is full or the file at its end; one of the size that it says needs no second look. */
function fill(file: number, buffer: Uint8Array, size: number): number {
  for (let length = 0; ;) {
    const count = readSync(file, buffer, length, buffer.length - length, null);
    length += count;
    if (count === 0 || length === buffer.length || length === size) return length;
  }
}
