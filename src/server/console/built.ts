import { readdir, readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { systemCode } from "#kernel";

/** One file, as a browser gets it. */
export interface Part {
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly gzipped: Uint8Array<ArrayBuffer>;
}

/** By path, `/index.html` and what it needs; undefined where no console has been built. Less than a megabyte. */
export type Parts = ReadonlyMap<string, Part>;

export async function readConsole(folder: string): Promise<Parts | undefined> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    if (systemCode(error) === "ENOENT") return undefined;
    throw error;
  });
  const files = entries?.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)) ?? [];
  const parts = await Promise.all(files.map(async (file) => [pathOf(folder, file), await readPart(file)] as const));
  const found = new Map(parts);
  return found.has("/index.html") ? found : undefined;
}

function pathOf(folder: string, file: string): string {
  return file.slice(folder.replace(/[\\/]$/, "").length).replaceAll("\\", "/");
}

const types: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
};

async function readPart(file: string): Promise<Part> {
  const bytes = Uint8Array.from(await readFile(file));
  const gzipped = Uint8Array.from(await promisify(gzip)(bytes, { level: 9 }));
  return { type: types[extname(file)] ?? "application/octet-stream", bytes, gzipped };
}
