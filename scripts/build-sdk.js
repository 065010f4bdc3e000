// The package @keyturn/sdk as it is published: JavaScript, types, README, licence; into sdk/dist, or the folder that is named.
import { spawnSync } from "node:child_process";
import { copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = process.argv[2] ?? `${root}sdk/dist`;

rmSync(folder, { recursive: true, force: true });
const tsc = ["-p", `${root}sdk`, "--noEmit", "false", "--outDir", folder];
const { status } = spawnSync(`${root}node_modules/.bin/tsc`, tsc, { stdio: "inherit" });
if (status !== 0) process.exit(status ?? 1);
// in the repository it is run from its sources, and can't be published by mistake
const { private: _, ...described } = JSON.parse(readFileSync(`${root}sdk/package.json`, "utf8"));
const published = { ...described, exports: { ".": { types: "./index.d.ts", default: "./index.js" } } };
writeFileSync(join(folder, "package.json"), `${JSON.stringify(published, null, 2)}\n`);
copyFileSync(`${root}sdk/README.md`, join(folder, "README.md"));
copyFileSync(`${root}LICENSE`, join(folder, "LICENSE"));
