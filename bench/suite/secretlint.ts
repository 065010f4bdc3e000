import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { attempt } from "../../lab/run.ts";
import type { Bench, Benchmark } from "../benchmark.ts";
import { timesFaster } from "../claim.ts";
import { must } from "../process.ts";
import { timingOf, type Timing } from "../race.ts";
import { secretProject } from "../secret-project.ts";
import { sourceTree } from "../source-tree.ts";

export const secretlint: Benchmark = {
  name: "secretlint",
  title: "`scan` of 230 MB, and secretlint",
  about: `The tree of the scan, for 150 values and with the known formats. secretlint with its recommended rules, as npm installs it today; it takes
minutes, and so each has one run.`,
  measure: async (bench) => {
    const tree = await sourceTree(bench.folder, 3);
    const { call } = await secretProject(bench, 150);
    const ours = await timed("keyturn scan", async () => void (await call(["scan", tree])));
    const other = await secretlintOn(bench, tree);
    return [
      { what: ours.name, timing: ours, claim: timesFaster(200, ours, other) },
      { what: other.name, timing: other },
    ];
  },
};

const preset = "@secretlint/secretlint-rule-preset-recommend";

async function secretlintOn({ folder, tell }: Bench, tree: string): Promise<Timing> {
  tell("installing secretlint");
  await writeFile(join(folder, "package.json"), "{}");
  await must(["npm", "install", "--silent", "--no-audit", "--no-fund", "secretlint", preset], { cwd: folder });
  await writeFile(join(folder, ".secretlintrc.json"), JSON.stringify({ rules: [{ id: preset }] }));
  const program = [process.execPath, join(folder, "node_modules/secretlint/bin/secretlint.js")];
  return timed("secretlint", async () => {
    const { status, stderr } = await attempt([...program, `${tree}/**/*`], { cwd: folder });
    // 1: it has found something
    if (status > 1) throw new Error(`secretlint ended with ${status}: ${stderr.slice(0, 500)}`);
  });
}

async function timed(name: string, work: () => Promise<void>): Promise<Timing> {
  const begin = performance.now();
  await work();
  return timingOf(name, [performance.now() - begin]);
}
