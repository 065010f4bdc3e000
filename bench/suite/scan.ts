import { createHash } from "node:crypto";
import { cp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Bench, Benchmark } from "../benchmark.ts";
import { atMost } from "../claim.ts";
import { must } from "../process.ts";
import { race, type Contender } from "../race.ts";

export const scan: Benchmark = {
  name: "scan",
  title: "`scan` of installed packages for 300 values",
  about: `Some 70 MB of this repository's own packages as npm installs them, for 300 random values of 32 characters: with the known formats, and with
\`--values-only\`. Both read all bytes; what formats cost is the difference. Anchors of eight bytes and more are in the values' own
table; the shorter ones are passes of \`Buffer.indexOf\` (decisions/0025-known-formats.md).`,
  measure: async (bench) => {
    const [both, values] = await race(await contenders(bench), { rounds: 7, signal: bench.signal });
    if (both === undefined || values === undefined) return [];
    return [
      { what: both.name, timing: both, claim: atMost(1.5, both, values) },
      { what: values.name, timing: values },
    ];
  },
};

const manifest = `platform: bench
environments:
  local:
    hosts: { here: local }
services:
  bench:
    contract: .env.example
    runtime: process
    command: ["true"]
    directory: .
    hosts: [here]
`;

/** some 70 MB, of the kinds that a platform's own folder has */
const packages = ["@tanstack", "@typescript", "kysely", "playwright-core", "react-dom", "vite", "zod"];

async function contenders({ folder, keyturn }: Bench): Promise<readonly Contender[]> {
  const installed = fileURLToPath(new URL("../../node_modules", import.meta.url));
  await mkdir(join(folder, "code"));
  // under other names: what is installed doesn't count
  for (const name of packages)
    await cp(join(installed, name), join(folder, "code", name), { recursive: true, dereference: true });
  const names = Array.from({ length: 300 }, (_, at) => `SECRET_${at}`);
  await writeFile(join(folder, "keyturn.yaml"), manifest);
  await writeFile(join(folder, ".env.example"), names.map((name) => `# @sensitive\n${name}=\n`).join(""));
  const call = (words: readonly string[], input = "") =>
    must([process.execPath, keyturn, ...words], { cwd: folder, env: { KEYTURN_HOME: join(folder, "home") }, input });
  await call(["init", "--yes"]);
  await call(["import", "-", "--yes"], names.map((name) => `${name}=${valueOf(name)}\n`).join(""));
  const contender = (...words: readonly string[]): Contender => ({
    name: ["keyturn", "scan", ...words].join(" "),
    run: async () => void (await call(["scan", "code", ...words])),
  });
  return [contender(), contender("--values-only")];
}

function valueOf(name: string): string {
  return createHash("sha256").update(name).digest("base64url").slice(0, 32);
}
