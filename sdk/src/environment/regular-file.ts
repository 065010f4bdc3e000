import { readFileSync, statSync } from "node:fs";

/** Undefined when there is none that can be read. A device or a pipe would never end. */
export function readRegularFile(path: string | URL): Buffer | undefined {
  try {
    return statSync(path).isFile() ? readFileSync(path) : undefined;
  } catch {
    return undefined;
  }
}
