import { availableParallelism } from "node:os";
import { AppError } from "#kernel";
import { askedObjects, type Slice } from "./asked-objects.ts";
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
  /** a larger one, of which chunks of a megabyte come to what it gives; no last one where it is damaged */
  large(object: GitObject): TakeChunks;
  /** one that is damaged, or not there */
  unreadable(id: string): void;
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
/** git ends at some damaged objects: so often another one goes on behind it */
const mostDamaged = 1000;
const endedEarly = 128;

/**
 * Each object once, in no order. Git unpacks on one processor: several of it read at once, each a slice of a thousand objects and
 * then the next one that nobody has.
 */
export async function readObjects({ folder, ids, take, ...options }: ObjectsRequest): Promise<void> {
  const slices = ids === undefined ? listed({ folder, take, ...options }) : sliced(ids);
  let failed = false;
  let damaged = 0;
  const readFrom = async (first: Slice): Promise<Slice> => {
    const asked = askedObjects(first, slices);
    const command = ["cat-file", "--batch", "--buffer"];
    const read = objectReader(take, () => asked.answered());
    const code = await readGit({ folder, command, input: asked.lines(), accept: [0, endedEarly] }, options, (chunk) => {
      if (failed) throw new Error("another reader failed");
      read(chunk);
    });
    if (code === 0) return [];
    const [id, ...left] = await asked.left();
    damaged += 1;
    if (damaged > mostDamaged) throw tooDamaged(folder);
    if (id !== undefined) take.unreadable(id);
    return left;
  };
  const readSome = async (): Promise<void> => {
    try {
      for (let next = await slices.next(); next.done !== true; next = await slices.next()) {
        for (let left = next.value; left.length > 0;) left = await readFrom(left);
      }
    } catch (error) {
      failed = true;
      throw error;
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(mostReaders, availableParallelism()) }, readSome));
  } finally {
    // the git that lists would wait for ever to be asked on
    await slices.return(undefined);
  }
}

function tooDamaged(folder: string): AppError {
  return new AppError("COMMAND_FAILED", `git can't read more than ${mostDamaged} objects of ${folder}`, {
    hint: `\`git -C ${folder} fsck\` names them`,
  });
}

async function* sliced(ids: readonly string[]): AsyncGenerator<Slice> {
  for (let at = 0; at < ids.length; at += sliceSize) yield ids.slice(at, at + sliceSize);
}

type Listing = Omit<ObjectsRequest, "ids">;

/** In the order of the packs: what is packed as a difference comes behind what it differs from. */
async function* listed({ folder, take, ...options }: Listing): AsyncGenerator<Slice> {
  const format = "--batch-check=%(objecttype) %(objectname)";
  const command = ["cat-file", format, "--buffer", "--batch-all-objects", "--unordered"];
  let rest = "";
  let slice: string[] = [];
  for await (const chunk of gitBytes({ folder, command }, options)) {
    const lines = (rest + chunk.toString("latin1")).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const [type = "", id = ""] = line.split(" ");
      if (type === "blob" || type === "commit" || type === "tag") slice.push(id);
      else if (id === "missing") take.unreadable(type);
    }
    if (slice.length < sliceSize) continue;
    yield* sliced(slice);
    slice = [];
  }
  yield* sliced(slice);
}

/** One blob, as it comes. */
export function readBlob(
  { folder, ...options }: GitOptions & { readonly folder: string },
  id: string,
): AsyncGenerator<Buffer> {
  return gitBytes({ folder, command: ["cat-file", "blob", id] }, options);
}

/** `ID TYPE SIZE`, a line feed, the bytes, a line feed; and so on. */
function objectReader(take: TakeObjects, answered: () => void): (chunk: Buffer) => void {
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
        const until = at + object.size;
        if (object.type === "missing") {
          take.unreadable(object.id);
          answered();
        } else if (until < chunk.byteLength && object.size <= together) {
          take.whole(object, chunk.subarray(at, until));
          at = until + 1;
          answered();
        } else open = openObject(object, take);
      } else {
        const part = chunk.subarray(at, at + open.left);
        open.give(part);
        at += part.byteLength;
        if (open.left > 0) continue;
        open = undefined;
        answered();
      }
    }
  };
}

function readHeader(header: string): GitObject {
  const [id = "", type = "", length = "0"] = header.split(" ");
  return { id, type, size: Number(length) };
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
