// Writes src/leak/sieve/sieve-code.ts from the WebAssembly text beside it. Who changes the text runs this and commits both: a test
// assembles the text again and compares.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import wabt from "wabt";

const folder = fileURLToPath(new URL("../src/leak/sieve", import.meta.url));
const assembler = await wabt();
const { buffer } = assembler.parseWat("sieve.wat", readFileSync(`${folder}/sieve.wat`, "utf8")).toBinary({});
writeFileSync(
  `${folder}/sieve-code.ts`,
  `/** sieve.wat, assembled by scripts/build-sieve.js: WebAssembly in base64. */
export const sieveCode =
  "${Buffer.from(buffer).toString("base64")}";
`,
);
