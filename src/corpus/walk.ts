import { readdirSync, realpathSync, statSync, type Dirent, type Stats } from "node:fs";
import { resolve, sep } from "node:path";
import { AppError } from "#kernel";

/** A file to look into. */
export interface FileEntry {
  /** as it is told: below the folder as it was named */
  readonly path: string;
  /** as it is opened; bytes where the name is no UTF-8 */
  readonly place: string | Uint8Array;
}

/** What was not looked into. */
export interface LeftOut {
  readonly path: string;
  readonly reason:
    | "symbolic link"
    | "pipe"
    | "socket"
    | "device"
    | "unreadable"
    | "changed"
    | "empty on the disk"
    | "git objects"
    | "damaged archive"
    | "encrypted"
    | "compressed in a way that is not read"
    | "too large to be unpacked"
    | "unpacks to too much"
    | "archives in archives, too deep"
    | "submodule"
    | "shallow clone"
    | "partial clone"
    | "damaged history"
    | "keyturn's own folder";
}

export type Walked =
  | { readonly kind: "file"; readonly file: FileEntry }
  | { readonly kind: "left"; readonly left: LeftOut };

export interface WalkOptions {
  /** folder that relative paths begin in */
  readonly folder: string;
  /** not entered */
  readonly own?: string;
}

/**
 * Every file below a place, nothing left out but what is told: no ignore list counts, since what leaks lies where nobody looks.
 * Links are not followed, so that no circle can be; one that was named itself is.
 *
 * @throws AppError FILE_UNREADABLE when the place itself is not there.
 */
export function* walk(named: string, { folder, own }: WalkOptions): Generator<Walked> {
  const { place, stat } = look(resolve(folder, named), named);
  if (!stat.isDirectory()) yield ofKind(stat, { path: named, place });
  else yield* below({ path: named === "." ? "" : `${named.replace(/\/+$/, "")}/`, place, own });
}

function look(given: string, named: string): { readonly place: string; readonly stat: Stats } {
  try {
    const place = realpathSync(given);
    return { place, stat: statSync(place) };
  } catch (cause) {
    throw new AppError("FILE_UNREADABLE", `${named} does not exist or may not be read`, { cause });
  }
}

interface Folder {
  /** with a slash at the end, but for the folder that all begins in */
  readonly path: string;
  readonly place: string | Buffer;
  readonly own: string | undefined;
}

function* below(folder: Folder): Generator<Walked> {
  const entries = list(folder.place);
  if (entries === undefined) return void (yield left(folder.path === "" ? "." : folder.path, "unreadable"));
  const isGit = ["HEAD", "refs", "objects"].every((name) => entries.some((entry) => entry.name === name));
  for (const entry of entries) {
    const file = { path: `${folder.path}${String(entry.name)}`, place: within(folder.place, entry.name) };
    if (!entry.isDirectory()) yield ofKind(entry, file);
    else if (file.place === folder.own) yield left(`${file.path}/`, "keyturn's own folder");
    else if (isGit && entry.name === "objects") yield left(`${file.path}/`, "git objects");
    else yield* below({ ...folder, path: `${file.path}/`, place: file.place });
  }
}

/** Names that are no UTF-8 as bytes: as text they would be opened under another name. */
function list(place: string | Buffer): readonly Dirent<string | Buffer>[] | undefined {
  try {
    const entries = readdirSync(place, { withFileTypes: true });
    if (!entries.some(({ name }) => name.includes("\ufffd"))) return entries;
    return readdirSync(place, { withFileTypes: true, encoding: "buffer" });
  } catch {
    return undefined;
  }
}

function within(place: string | Buffer, name: string | Buffer): string | Buffer {
  if (typeof place === "string" && typeof name === "string")
    return place.endsWith(sep) ? place + name : place + sep + name;
  return Buffer.concat([Buffer.from(place), Buffer.from("/"), Buffer.from(name)]);
}

function ofKind(entry: Dirent<string | Buffer> | Stats, file: FileEntry): Walked {
  if (entry.isFile()) return { kind: "file", file };
  if (entry.isSymbolicLink()) return left(file.path, "symbolic link");
  if (entry.isFIFO()) return left(file.path, "pipe");
  return left(file.path, entry.isSocket() ? "socket" : "device");
}

function left(path: string, reason: LeftOut["reason"]): Walked {
  return { kind: "left", left: { path, reason } };
}
