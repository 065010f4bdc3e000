import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Platform } from "#contract";
import { readTree } from "#corpus";

/** Hash over what each bundle is built from, by service: other code is another bundle, with the same variables too. */
export async function bundleSources(platform: Platform, folder: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const { name, runtime } of platform.services) {
    if (runtime.kind !== "vite") continue;
    const tree = await readTree(join(folder, runtime.directory), {});
    const hash = createHash("sha256");
    for (const { path, text } of tree.files.toSorted((a, b) => (a.path < b.path ? -1 : 1)))
      hash.update(`${path}\0${text}\0`);
    found.set(name, hash.digest("hex"));
  }
  return found;
}
