import { availableParallelism } from "node:os";
import { gitBytes, readGit, type GitOptions } from "./git.ts";

/** A blob, commit, tag or tree. */
export interface GitObject {
  readonly id: string;
  readonly type: string;
  readonly size: number;
}

/** What is done with objects, one after the other. Bytes are good until the call returns. */
export interface TakeObjects {
  /** one of up to four megabytes, in one piece */
  whole(object: GitObject, bytes: Uint8Array): void;
  /** a larger one, of which chunks of a megabyte come to what it gives */
  large(object: GitObject): TakeChunks;
}

type TakeChunks = (chunk: Uint8Array, last: boolean) => void;

export interface ObjectsRequest extends GitOptions {
  readonly folder: string;
  /** every object of the repository where none are named but its trees, those that no branch leads to as well */
  readonly ids?: readonly string[];
  readonly take: TakeObjects;
}

/** as many as one git has before it, so that it never waits, and few enough that all end together */
const sliceSize = 1000;
const mostReaders = 4;

/**
 * Each object once, in no order. One that is missing is passed over. Git unpacks on one processor: several of it read at once, each
 * a slice of a thousand objects and then the next one that nobody has.
 */
export async function readObjects({ folder, ids, take, ...options }: ObjectsRequest): Promise<void> {
  const slices = ids === undefined ? listed({ folder, ...options }) : sliced(ids);
  let failed = false;
  const readSome = async (): Promise<void> => {
    const first = await slices.next();
    if (first.done === true) return;
    const call = { folder, command: ["cat-file", "--batch", "--buffer"], input: following(first.value, slices) };
    const read = objectReader(take);
    try {
      await readGit(call, options, (chunk) => {
        if (failed) throw new Error("another reader failed");
        read(chunk);
      });
    } catch (error) {
      failed = true;
      throw error;
    }
  };
  await Promise.all(Array.from({ length: Math.min(mostReaders, availableParallelism()) }, readSome));
}

async function* sliced(ids: readonly string[]): AsyncGenerator<string> {
  for (let at = 0; at < ids.length; at += sliceSize) yield `${ids.slice(at, at + sliceSize).join("\n")}\n`;
}

/** In the order of the packs: what is packed as a difference comes behind what it differs from. */
async function* listed(where: GitOptions & { readonly folder: string }): AsyncGenerator<string> {
  const { folder, ...options } = where;
  const format = "--batch-check=%(objecttype) %(objectname)";
  const command = ["cat-file", format, "--buffer", "--batch-all-objects", "--unordered"];
  let rest = "";
  let slice: string[] = [];
  for await (const chunk of gitBytes({ folder, command }, options)) {
    const lines = (rest + chunk.toString("latin1")).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (/^(?:blob|commit|tag) /.test(line)) slice.push(line.slice(line.indexOf(" ") + 1));
    if (slice.length < sliceSize) continue;
    yield* sliced(slice);
    slice = [];
  }
  yield* sliced(slice);
}

/** One reader's slices. When it ends the others go on: what is shared is not closed. */
async function* following(first: string, slices: AsyncGenerator<string>): AsyncGenerator<string> {
  yield first;
  for (let next = await slices.next(); next.done !== true; next = await slices.next()) yield next.value;
}

/** One blob, as it comes. */
export function readBlob(
  { folder, ...options }: GitOptions & { readonly folder: string },
  id: string,
): AsyncGenerator<Buffer> {
  return gitBytes({ folder, command: ["cat-file", "blob", id] }, options);
}

/** `ID TYPE SIZE`, a line feed, the bytes, a line feed; and so on. */
function objectReader(take: TakeObjects): (chunk: Buffer) => void {
  let header = "";
  let open: Open | undefined;
  return (chunk) => {
    for (let at = 0; at < chunk.byteLength;) {
      if (open === undefined) {
        const end = chunk.indexOf(10, at);
        header += chunk.toString("latin1", at, end < 0 ? undefined : end);
        if (end < 0) return;
        const object = readHeader(header);
        header = "";
        at = end + 1;
        if (object === undefined) continue;
        const until = at + object.size;
        if (until < chunk.byteLength && object.size <= together) {
          take.whole(object, chunk.subarray(at, until));
          at = until + 1;
        } else open = openObject(object, take);
      } else {
        const part = chunk.subarray(at, at + open.left);
        open.give(part);
        at += part.byteLength;
        if (open.left === 0) open = undefined;
      }
    }
  };
}

function readHeader(header: string): GitObject | undefined {
  const [id = "", type = "", length = ""] = header.split(" ");
  return type === "missing" ? undefined : { id, type, size: Number(length) };
}

/** One of which a chunk has a part. */
interface Open {
  /** bytes to come, the line feed behind the object included */
  readonly left: number;
  give(part: Buffer): void;
}

/** an object up to this size is put together before it is given */
const together = 4 * 1024 * 1024;
/** and of a larger one so much, but at its end */
const gathered = 1024 * 1024;

function openObject(object: GitObject, take: TakeObjects): Open {
  const takeChunk = object.size > together ? take.large(object) : undefined;
  let parts: Buffer[] = [];
  let size = 0;
  let left = object.size + 1;
  return {
    get left() {
      return left;
    },
    give: (part) => {
      left -= part.byteLength;
      parts.push(left === 0 ? part.subarray(0, -1) : part);
      size += part.byteLength;
      if (left > 0 && (takeChunk === undefined || size < gathered)) return;
      const bytes = Buffer.concat(parts);
      if (takeChunk === undefined) return take.whole(object, bytes);
      takeChunk(bytes, left === 0);
      parts = [];
      size = 0;
    },
  };
}
