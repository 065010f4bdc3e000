// Bundles the command into dist/, or the folder that is named: one small file to start with, the rest loaded when a verb
// needs it. docs/decisions/0007 says why with rolldown, and why built-in modules are not imported.
import { copyFileSync, readdirSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = process.argv[2] ?? `${root}dist`;

/** commander starts programs only for verbs that are programs of their own: the module costs 10 ms and is never used. */
const commanderWithoutPrograms = {
  name: "commander-without-programs",
  resolveId: (id, importer) =>
    id === "node:child_process" && importer?.includes("/commander/") ? "\0no-programs" : undefined,
  load: (id) => (id === "\0no-programs" ? "export default {};" : undefined),
};

/** An `import` of a built-in module reads every name it has, and some of those load a dozen others. */
const builtInsByName = { name: "built-ins-by-name", renderChunk: (code) => ({ code: byName(code) }) };

function byName(code) {
  const line = /^import (?:(?:\* as )?([\w$]+))?(?:, )?(?:\{ ([^}]*) \})? ?from "(node:[a-z_/]+)";$/gm;
  return code.replace(line, (_, whole, names, id) => {
    const module = `process.getBuiltinModule("${id}")`;
    const parts = names === undefined ? "" : `const { ${names.replaceAll(" as ", ": ")} } = ${module};`;
    return whole === undefined ? parts : `const ${whole} = ${module}; ${parts}`;
  });
}

rmSync(folder, { recursive: true, force: true });
const bundle = await rolldown({
  cwd: root,
  // a thread begins with a file of its own
  input: { keyturn: "src/main.ts", "search-thread": "src/operation/scan/search-thread.ts" },
  platform: "node",
  // brings a binary, and is there where the package was installed
  external: ["@lydell/node-pty"],
  // nothing happens on import here: a room's door does not bring all of its room along
  treeshake: { moduleSideEffects: [{ test: /\/src\//, sideEffects: false }] },
  plugins: [commanderWithoutPrograms, builtInsByName],
  logLevel: "warn",
});
await bundle.write({ dir: folder, format: "esm", chunkFileNames: "[name]-[hash].js", minify: true });
const helper = `${root}src/host/helper`;
for (const name of readdirSync(helper).filter((file) => /\.(?:sh|pl)$/.test(file))) {
  copyFileSync(`${helper}/${name}`, `${folder}/${name}`);
}
