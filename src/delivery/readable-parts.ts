import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from "node:zlib";

/** Bytes that whoever opens a published file can read. */
export interface Readable {
  /** as it is told: `app.js`, `app.js, its source map, src/main.ts` */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/**
 * A published file as it is, then what it holds in another form: what a server sends compressed, its source map, and each source
 * that a map brings along, without the escapes of its JSON.
 */
export function* readableParts(file: Readable): Generator<Readable> {
  yield file;
  const unpacked = unpack(file);
  if (unpacked !== undefined) yield* readableParts({ path: `${file.path}, unpacked`, bytes: unpacked });
  const text = Buffer.from(file.bytes.buffer, file.bytes.byteOffset, file.bytes.byteLength);
  if (text.includes('"sourcesContent"') || text.includes('"sections"'))
    yield* sourcesIn(file.path, text.toString("utf8"));
  if (!text.includes("sourceMappingURL=data:")) return;
  for (const map of inlineMaps(text.toString("utf8"))) {
    const path = `${file.path}, its source map`;
    yield { path, bytes: Buffer.from(map, "utf8") };
    yield* sourcesIn(path, map);
  }
}

/** no honest page is larger */
const limit = { maxOutputLength: 256 * 1024 * 1024 };

/** What is no archive, or a damaged one, no browser can read either. */
function unpack({ path, bytes }: Readable): Uint8Array | undefined {
  const begins = (...wanted: readonly number[]) => wanted.every((byte, at) => bytes[at] === byte);
  try {
    if (begins(0x1f, 0x8b)) return gunzipSync(bytes, limit);
    if (begins(0x28, 0xb5, 0x2f, 0xfd)) return zstdDecompressSync(bytes, limit);
    return path.endsWith(".br") ? brotliDecompressSync(bytes, limit) : undefined;
  } catch {
    return undefined;
  }
}

/** In JavaScript and style sheets: base64, or as a URL writes it. */
function* inlineMaps(text: string): Generator<string> {
  for (const [, kind = "", body = ""] of text.matchAll(/sourceMappingURL=data:([^,\s]{0,200}),([^\s*'"]+)/g)) {
    if (/;base64$/i.test(kind)) yield Buffer.from(body, "base64").toString("utf8");
    else yield decoded(body);
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

interface SourceMap {
  readonly sources?: unknown;
  readonly sourcesContent?: unknown;
  readonly sections?: unknown;
}

function sourcesIn(path: string, text: string): readonly Readable[] {
  try {
    // the first line may keep the map from being run as a script
    return sourcesOf(path, JSON.parse(text.replace(/^\)\]\}'[^\n]*\n/, "")));
  } catch {
    return [];
  }
}

function sourcesOf(path: string, map: unknown): readonly Readable[] {
  if (typeof map !== "object" || map === null) return [];
  const { sources, sourcesContent, sections } = map as SourceMap;
  const names: readonly unknown[] = Array.isArray(sources) ? sources : [];
  const contents: readonly unknown[] = Array.isArray(sourcesContent) ? sourcesContent : [];
  const parts: readonly unknown[] = Array.isArray(sections) ? sections : [];
  return [
    ...contents.flatMap((content, at): readonly Readable[] => {
      const name = names[at];
      const where = `${path}, ${typeof name === "string" ? name : `source ${at + 1}`}`;
      return typeof content === "string" ? [{ path: where, bytes: Buffer.from(content, "utf8") }] : [];
    }),
    ...parts.flatMap((part) => sourcesOf(path, (part as { readonly map?: unknown } | null)?.map)),
  ];
}
