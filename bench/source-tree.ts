import { cp, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** of the kinds that a platform's own folder has */
const packages = ["@tanstack", "@typescript", "kysely", "playwright-core", "react-dom", "vite", "zod"];

/** Some 77 MB of this repository's own packages as npm installs them, so many times, under names that no ignore list has. */
export async function sourceTree(folder: string, times: number): Promise<string> {
  const installed = fileURLToPath(new URL("../node_modules", import.meta.url));
  const tree = join(folder, "code");
  for (let copy = 1; copy <= times; copy += 1) {
    await mkdir(join(tree, `${copy}`), { recursive: true });
    for (const name of packages) {
      await cp(join(installed, name), join(tree, `${copy}`, name), { recursive: true, dereference: true });
    }
  }
  return tree;
}
