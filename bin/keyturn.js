#!/usr/bin/env node
// Plain old syntax on purpose: an older Node must get as far as the message below.
import { existsSync } from "node:fs";
import module from "node:module";

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
if (module.enableCompileCache) module.enableCompileCache();
const bundle = new URL("../dist/keyturn.js", import.meta.url);
const { main } = await import(existsSync(bundle) ? bundle.href : new URL("../src/main.ts", import.meta.url).href);
process.exitCode = await main(process.argv.slice(2));
