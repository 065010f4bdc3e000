import { constants, type Dirent } from "node:fs";
import { open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "#kernel";

export interface TextFile {
  /** relative to the folder, with `/` */
  readonly path: string;
  readonly text: string;
}

export interface Skipped {
  readonly path: string;
  /** `limit` stands for everything after this path: the tree was not read to its end */
  readonly reason: "unreadable" | "symbolic link" | "not a regular file" | "too large" | "binary" | "limit";
}

export interface Tree {
  /** sorted by path */
  readonly files: readonly TextFile[];
  /** what might have mattered and was not read; ignored folders and files not included are not listed */
  readonly skipped: readonly Skipped[];
}

export interface TreeOptions {
  /** which files to open, by relative path; all by default */
  readonly include?: (path: string) => boolean;
  /** names of folders left out, at any depth, besides those always left out */
  readonly ignore?: readonly string[];
  readonly maxFiles?: number;
  readonly maxFileBytes?: number;
  readonly maxBytes?: number;
}

/** Installed, generated or private: never read. `prod` holds credential notes, a text of them must not come up here. */
const ignoredFolders: readonly string[] = [
  ".git",
  ".hg",
  ".svn",
  ".keyturn",
  "prod",
  "node_modules",
  "dist",
  "build",
  "coverage",
  "vendor",
  "venv",
  ".venv",
  "__pycache__",
  ".tox",
  ".mypy_cache",
  ".next",
  ".nuxt",
  ".cache",
  ".idea",
  "site-packages",
];

/**
 * The text files below a folder. Environment files with values in them (`.env`, `.env.production`) are not read, their
 * examples are. Links are not followed: what they end at is read where it lies, and no circle can be.
 *
 * @throws AppError FILE_UNREADABLE when the folder itself can't be listed.
 */
export async function readTree(folder: string, options: TreeOptions = {}): Promise<Tree> {
  const { maxFiles = 20_000, maxFileBytes = 1024 * 1024, maxBytes = 128 * 1024 * 1024 } = options;
  const files: TextFile[] = [];
  const skipped: Skipped[] = [];
  let bytes = 0;
  for await (const { path, entry } of walk(folder, { options, skipped })) {
    if (files.length >= maxFiles || bytes >= maxBytes) {
      skipped.push({ path, reason: "limit" });
      break;
    }
    if (!entry.isFile()) {
      skipped.push({ path, reason: entry.isSymbolicLink() ? "symbolic link" : "not a regular file" });
      continue;
    }
    const read = await readText(join(folder, path), maxFileBytes);
    if (read.kind === "skipped") skipped.push({ path, reason: read.reason });
    else files.push({ path, text: read.text });
    bytes += read.kind === "read" ? read.text.length : 0;
  }
  return { files, skipped };
}

async function* walk(
  folder: string,
  state: { readonly options: TreeOptions; readonly skipped: Skipped[] },
  below = "",
): AsyncGenerator<{ readonly path: string; readonly entry: Dirent }> {
  const { include = () => true, ignore = [] } = state.options;
  for (const entry of await list(folder, below, state.skipped)) {
    const path = below + entry.name;
    if (!entry.isDirectory()) {
      if (!isEnvironmentFile(entry.name) && include(path)) yield { path, entry };
    } else if (!ignoredFolders.includes(entry.name) && !ignore.includes(entry.name)) {
      yield* walk(folder, state, `${path}/`);
    }
  }
}

async function list(folder: string, below: string, skipped: Skipped[]): Promise<readonly Dirent[]> {
  try {
    const entries = await readdir(join(folder, below), { withFileTypes: true });
    // a Python environment under any name
    if (entries.some(({ name }) => name === "pyvenv.cfg")) return [];
    return entries.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  } catch (cause) {
    if (below === "") throw new AppError("FILE_UNREADABLE", `${folder} can't be listed`, { cause });
    skipped.push({ path: below, reason: "unreadable" });
    return [];
  }
}

/** By its name: one with values in it, no example. */
export function isEnvironmentFile(name: string): boolean {
  return /^\.env(\..+)?$/.test(name) && !/\.(example|sample|template|dist)$/.test(name);
}

type TextReading =
  | { readonly kind: "read"; readonly text: string }
  | { readonly kind: "skipped"; readonly reason: Skipped["reason"] };

/** A NUL in the first 8 KiB makes a file binary, as in git. Asked for again after opening: the entry may have changed. */
async function readText(path: string, limit: number): Promise<TextReading> {
  try {
    const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0));
    try {
      const stat = await file.stat();
      if (!stat.isFile()) return { kind: "skipped", reason: "not a regular file" };
      if (stat.size > limit) return { kind: "skipped", reason: "too large" };
      const bytes = Buffer.alloc(stat.size);
      const { bytesRead } = await file.read(bytes, 0, bytes.byteLength, 0);
      if (bytes.subarray(0, Math.min(bytesRead, 8192)).includes(0)) return { kind: "skipped", reason: "binary" };
      return { kind: "read", text: bytes.subarray(0, bytesRead).toString("utf8") };
    } finally {
      await file.close();
    }
  } catch {
    return { kind: "skipped", reason: "unreadable" };
  }
}
