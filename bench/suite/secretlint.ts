import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { attempt } from "../../lab/run.ts";
import type { Bench, Benchmark } from "../benchmark.ts";
import { timesFaster } from "../claim.ts";
import { must } from "../process.ts";
import { race, timingOf, type Contender, type Timing } from "../race.ts";
import { secretProject } from "../secret-project.ts";
import { sourceTree } from "../source-tree.ts";

export const secretlint: Benchmark = {
  name: "secretlint",
  title: "`scan` of 230 MB, and secretlint",
  about: `The tree of the scan, for 150 values and with the known formats. secretlint with its recommended rules. 200 times was asked when that was
version 12, which reads half a megabyte in a second: it runs once, behind the others, over one copy after the other, since with more files
at once it gets slower still. Version 13 reads sixty times as much, and passes over what is no text.`,
  measure: async (bench) => {
    const tree = await sourceTree(bench.folder, copies);
    const { call } = await secretProject(bench, 150);
    const keyturn = { name: "keyturn scan", run: async () => void (await call(["scan", tree])) };
    const latest = await secretlintOn(bench, "latest", [tree]);
    const [ours, today] = await race([keyturn, latest], { rounds: 3, signal: bench.signal });
    if (ours === undefined || today === undefined) return [];
    const each = Array.from({ length: copies }, (_, at) => join(tree, `${at + 1}`));
    const twelve = await once(await secretlintOn(bench, "12", each));
    const middle = timingOf(ours.name, [ours.median]);
    return [
      { what: ours.name, timing: ours, claim: timesFaster(200, middle, twelve) },
      { what: twelve.name, timing: twelve },
      { what: today.name, timing: today, claim: timesFaster(200, ours, today) },
    ];
  },
};

const copies = 3;

/** It takes some minutes. */
async function once(contender: Contender): Promise<Timing> {
  const start = performance.now();
  await contender.run();
  return timingOf(contender.name, [performance.now() - start]);
}

const preset = "@secretlint/secretlint-rule-preset-recommend";

async function secretlintOn(bench: Bench, version: string, places: readonly string[]): Promise<Contender> {
  bench.tell(`installing secretlint ${version}`);
  const folder = join(bench.folder, `secretlint-${version}`);
  await mkdir(folder);
  await writeFile(join(folder, "package.json"), "{}");
  await must(
    ["npm", "install", "--silent", "--no-audit", "--no-fund", `secretlint@${version}`, `${preset}@${version}`],
    { cwd: folder },
  );
  await writeFile(join(folder, ".secretlintrc.json"), JSON.stringify({ rules: [{ id: preset }] }));
  const program = [process.execPath, join(folder, "node_modules/secretlint/bin/secretlint.js")];
  const run = async (): Promise<void> => {
    for (const place of places) {
      const { status, stderr } = await attempt([...program, `${place}/**/*`], { cwd: folder });
      // 1: it has found something
      if (status > 1) throw new Error(`secretlint ended with ${status}: ${stderr.slice(0, 500)}`);
    }
  };
  const name = version === "latest" ? "secretlint, as npm installs it" : `secretlint ${version}`;
  return { name, run };
}
