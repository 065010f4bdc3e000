#!/usr/bin/env node
// Plain old syntax and no import on purpose: an older Node must get as far as the message below, and an import of a
// built-in module costs a newer one ten milliseconds.
const needed = 24;
if (Number(process.versions.node.split(".")[0]) < needed) {
  process.stderr.write(
    "keyturn: error: this is Node " +
      process.versions.node +
      ", the command needs Node " +
      needed +
      " or newer\n" +
      "keyturn: hint: in a checkout, `npm run -s keyturn -- COMMAND` brings its own; elsewhere install Node " +
      needed +
      "\n",
  );
  process.exit(1);
}
const fs = process.getBuiltinModule("node:fs");
enableCache(process.getBuiltinModule("node:module"));
const bundle = new URL("../dist/keyturn.js", import.meta.url);
const built = fs.existsSync(bundle);
const { main } = await import(built ? bundle.href : new URL("../src/main.ts", import.meta.url).href);
process.exitCode = await main(process.argv.slice(2));

// What lies in the cache is run as it is, and Node's own folder belongs to whoever came first to a /tmp that all share. So this
// is one that nobody else writes into, or none.
function enableCache(modules) {
  if (process.getuid === undefined) return modules.enableCompileCache();
  const folder = (process.env.TMPDIR || "/tmp") + "/keyturn-cache-" + process.getuid();
  try {
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    const found = fs.lstatSync(folder);
    const own = found.isDirectory() && found.uid === process.getuid() && (found.mode & 0o077) === 0;
    if (own) modules.enableCompileCache(folder);
  } catch {
    // it starts a little slower
  }
}
