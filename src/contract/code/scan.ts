import { placer } from "../placer.ts";
import { readComposeUses, readShellUses, readUnitUses } from "./deploy.ts";
import { readPythonUses } from "./python.ts";
import { readScriptUses } from "./script.ts";
import type { CodeUse, RawUse } from "./use.ts";

export interface CodeFile {
  readonly path: string;
  readonly text: string;
}

/** Finds every environment variable that the files read, in the order of files and lines. Files of no known kind are passed over. */
export function scanCode(files: readonly CodeFile[]): readonly CodeUse[] {
  return files.flatMap(({ path, text }) => {
    const place = placer(path, text);
    return readerOf(path)(text)
      .toSorted((a, b) => a.offset - b.offset)
      .map(({ name, offset, kind }) => ({ name, kind, position: place(offset) }));
  });
}

type UseReader = (text: string) => readonly RawUse[];

const readers: readonly (readonly [RegExp, UseReader])[] = [
  [/\.d\.[cm]?ts$/, () => []],
  [/\.(?:[cm]?[jt]sx?|vue|svelte|astro|html)$/, readScriptUses],
  [/\.pyi?$/, readPythonUses],
  [/(?:^|\/)(?:docker-)?compose(?:[.-][A-Za-z0-9_.-]+)?\.ya?ml$/, readComposeUses],
  [/\.(?:service|socket|timer|conf)$/, readUnitUses],
  [/\.(?:sh|bash)$/, readShellUses],
];

function readerOf(path: string): UseReader {
  return readers.find(([pattern]) => pattern.test(path))?.[1] ?? (() => []);
}
