import { gitBytes, type GitOptions } from "./git.ts";

/** A blob, commit, tag or tree. */
interface GitObject {
  readonly id: string;
  readonly type: string;
  readonly size: number;
}

/** `last`: all of the object was given; where it is the first chunk as well, in one piece. Good until the call returns. */
type TakeBytes = (chunk: Uint8Array, last: boolean) => void;

/** Called for each object, one after the other; undefined: its bytes are not wanted. */
export type TakeObject = (object: GitObject) => TakeBytes | undefined;

export interface ObjectsRequest extends GitOptions {
  readonly folder: string;
  /** every object of the repository where none are named, those that no branch leads to as well */
  readonly ids?: readonly string[];
  readonly take: TakeObject;
}

/** Each object once, in the order in which Git finds it. One that is missing is passed over. */
export async function readObjects({ folder, ids, take, ...options }: ObjectsRequest): Promise<void> {
  const which = ids === undefined ? ["--batch-all-objects", "--unordered"] : [];
  const command = ["cat-file", "--batch", "--buffer", ...which];
  const input = ids?.map((id) => `${id}\n`).join("");
  const read = objectReader(take);
  for await (const chunk of gitBytes({ folder, command, ...(input === undefined ? {} : { input }) }, options))
    read(chunk);
}

/** One blob, as it comes. */
export function readBlob(
  { folder, ...options }: GitOptions & { readonly folder: string },
  id: string,
): AsyncGenerator<Buffer> {
  return gitBytes({ folder, command: ["cat-file", "blob", id] }, options);
}

/** `ID TYPE SIZE`, a line feed, the bytes, a line feed; and so on. */
function objectReader(take: TakeObject): (chunk: Buffer) => void {
  let header = "";
  let open: Open | undefined;
  return (chunk) => {
    for (let at = 0; at < chunk.byteLength;) {
      if (open === undefined) {
        const end = chunk.indexOf(10, at);
        header += chunk.toString("latin1", at, end < 0 ? undefined : end);
        if (end < 0) return;
        open = openObject(header, take);
        header = "";
        at = end + 1;
      } else {
        const part = chunk.subarray(at, at + open.left);
        open.give(part);
        at += part.byteLength;
        if (open.left === 0) open = undefined;
      }
    }
  };
}

interface Open {
  /** bytes to come, the line feed behind the object included */
  readonly left: number;
  give(part: Buffer): void;
}

/** an object up to this size is put together before it is given */
const together = 4 * 1024 * 1024;

function openObject(header: string, take: TakeObject): Open | undefined {
  const [id = "", type = "", length = ""] = header.split(" ");
  if (type === "missing") return undefined;
  const size = Number(length);
  const takeBytes = take({ id, type, size });
  const parts: Buffer[] = [];
  let left = size + 1;
  return {
    get left() {
      return left;
    },
    give: (part) => {
      left -= part.byteLength;
      if (takeBytes === undefined) return;
      const bytes = left === 0 ? part.subarray(0, -1) : part;
      if (size > together) return takeBytes(bytes, left === 0);
      if (left > 0) return void parts.push(bytes);
      takeBytes(parts.length === 0 ? bytes : Buffer.concat([...parts, bytes]), true);
    },
  };
}
