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
process.getBuiltinModule("node:module").enableCompileCache();
const bundle = new URL("../dist/keyturn.js", import.meta.url);
const built = process.getBuiltinModule("node:fs").existsSync(bundle);
const { main } = await import(built ? bundle.href : new URL("../src/main.ts", import.meta.url).href);
process.exitCode = await main(process.argv.slice(2));
