import { statSync } from "node:fs";
import { oncePerTurn } from "#kernel";
import type { LoadedPlatform } from "#operation";

/** What was read of manifest and contracts, for a process that answers many requests. */
export interface PlatformCache {
  /** reads anew when one of the files that were looked at then is not what it was */
  load(environment: string | undefined, read: (look: (path: string) => void) => LoadedPlatform): LoadedPlatform;
}

interface Kept {
  readonly loaded: LoadedPlatform;
  /** all files are what they were when it was read */
  readonly holds: () => boolean;
}

/** A file that was written within this time may be written again without a mark that tells. Milliseconds. */
const settling = 100;

export function createPlatformCache(): PlatformCache {
  const kept = new Map<string | undefined, Kept>();
  return {
    load(environment, read) {
      const known = kept.get(environment);
      if (known?.holds() === true) return known.loaded;
      kept.delete(environment);
      const files = new Map<string, string>();
      // the mark is older than what is read
      const loaded = read((path) => files.set(path, markOf(path)));
      const marks = [...files];
      const { look: holds } = oncePerTurn(() => marks.every(([path, mark]) => markOf(path) === mark));
      if (!marks.some(([, mark]) => mark === unsettled)) kept.set(environment, { loaded, holds });
      return loaded;
    },
  };
}

const unsettled = "unsettled";

function markOf(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return "none";
  const { ino, size, mtimeMs, ctimeMs } = found;
  return Date.now() - ctimeMs < settling ? unsettled : `${ino} ${size} ${mtimeMs} ${ctimeMs}`;
}
