import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { attempt } from "../../lab/run.ts";
import { patternsOf } from "../../src/leak/pattern.ts";
import { Sensitive } from "#kernel";
import type { Bench, Benchmark } from "../benchmark.ts";
import { atMost, timesFaster } from "../claim.ts";
import { race, type Contender } from "../race.ts";
import { secretProject, valueOf } from "../secret-project.ts";
import { sourceTree } from "../source-tree.ts";

export const scan: Benchmark = {
  name: "scan",
  title: "`scan` of 230 MB for 150 values, 3,600 patterns",
  about: `Three copies of some of this repository's packages as npm installs them. ripgrep gets those of the patterns that are printable text in
a file, \`-F -f\`, and reads all bytes of all files (\`-uuu -a\`); neither finds anything. Values that are split over lines are looked for
by Keyturn alone. What known formats cost is the difference to \`--values-only\` (decisions/0025-known-formats.md).

The search is a kernel in WebAssembly (decisions/0033-search-kernel.md), and how files are read is in decisions/0034-reading.md. Nearly half of the time is
spent before the first file is read: Node's start, the store, the forms of the values; ripgrep starts in a hundredth of it. Most of the
rest is listing, opening and reading files.`,
  measure: async (bench) => {
    const [both, values, rg] = await race(await contenders(bench), { rounds: 5, signal: bench.signal });
    if (both === undefined || values === undefined || rg === undefined) return [];
    return [
      { what: values.name, timing: values, claim: timesFaster(1.5, values, rg) },
      { what: both.name, timing: both, claim: atMost(1.5, both, values) },
      { what: rg.name, timing: rg },
    ];
  },
};

async function contenders(bench: Bench): Promise<readonly Contender[]> {
  const { folder } = bench;
  const tree = await sourceTree(folder, 3);
  const { names, call } = await secretProject(bench, 150);
  const list = join(folder, "patterns");
  await writeFile(list, printable(names).join("\n"), "latin1");
  const ours = (...words: readonly string[]): Contender => ({
    name: ["keyturn scan", ...words].join(" "),
    run: async () => void (await call(["scan", tree, ...words])),
  });
  return [
    ours(),
    ours("--values-only"),
    {
      name: "rg -F -f",
      run: async () => {
        const { status, stderr } = await attempt(["rg", "-F", "-uuu", "-a", "-f", list, tree]);
        if (status !== 1) throw new Error(`rg ended with ${status}: ${stderr.slice(0, 500)}`);
      },
    },
  ];
}

function printable(names: readonly string[]): readonly string[] {
  const owner = { environment: "local", version: 1, state: "live" } as const;
  const patterns = patternsOf(names.map((name) => ({ ...owner, name, value: Sensitive.of(valueOf(name)) })));
  const texts = patterns.map(({ bytes }) => Buffer.from(bytes).toString("latin1"));
  return [...new Set(texts)].filter((text) => /^[\x20-\x7e]+$/.test(text));
}
