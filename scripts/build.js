// Bundles the command into dist/, or the folder that is named: one small file to start with, the rest loaded when a verb
// needs it.
import { copyFileSync, readdirSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = process.argv[2] ?? `${root}dist`;
rmSync(folder, { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: { keyturn: "src/main.ts" },
  outdir: folder,
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node24",
  chunkNames: "[name]-[hash]",
  // dependencies that still ask for `require` find one
  banner: {
    js: 'import { createRequire as makeRequire } from "node:module"; const require = makeRequire(import.meta.url);',
  },
  logLevel: "warning",
});
const helper = `${root}src/host/helper`;
for (const name of readdirSync(helper).filter((file) => file.endsWith(".sh"))) {
  copyFileSync(`${helper}/${name}`, `${folder}/${name}`);
}
