// Builds the console into console/dist, from where `keyturn serve` takes it, unless it was built from the same files before.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const root = fileURLToPath(new URL("../console", import.meta.url));
const stamp = fileURLToPath(new URL("../node_modules/.console-built", import.meta.url));
const made = digestOf(sources());
const present = existsSync(stamp) ? readFileSync(stamp, "utf8") : "";

if (present !== made || !existsSync(join(root, "dist/index.html"))) {
  await build({ root, configFile: join(root, "vite.config.ts"), logLevel: "error" });
  writeFileSync(stamp, made);
}

function sources() {
  const inFolders = ["src", "public"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  const beside = ["index.html", "vite.config.ts", "../package-lock.json"].map((name) => join(root, name));
  return [...inFolders, ...beside].toSorted();
}

function digestOf(files) {
  const hash = createHash("sha256");
  for (const file of files) hash.update(`${file}\0`).update(readFileSync(file)).update("\0");
  return hash.digest("hex");
}
