import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { attempt } from "../../lab/run.ts";
import type { Bench, Benchmark } from "../benchmark.ts";
import { timesFaster } from "../claim.ts";
import { must } from "../process.ts";
import { race, type Contender } from "../race.ts";
import { secretProject } from "../secret-project.ts";
import { sourceTree } from "../source-tree.ts";

export const secretlint: Benchmark = {
  name: "secretlint",
  title: "`scan` of 230 MB, and secretlint",
  about: `The tree of the scan, for 150 values and with the known formats. secretlint with its recommended rules, as npm installs it today. 200
times was asked when that was version 12, which reads half a megabyte in a second; version 13 reads about 30, and passes over what is no
text.`,
  measure: async (bench) => {
    const tree = await sourceTree(bench.folder, 3);
    const { call } = await secretProject(bench, 150);
    const [ours, other] = await race(
      [{ name: "keyturn scan", run: async () => void (await call(["scan", tree])) }, await secretlintOn(bench, tree)],
      { rounds: 3, signal: bench.signal },
    );
    if (ours === undefined || other === undefined) return [];
    return [
      { what: ours.name, timing: ours, claim: timesFaster(200, ours, other) },
      { what: other.name, timing: other },
    ];
  },
};

const preset = "@secretlint/secretlint-rule-preset-recommend";

async function secretlintOn({ folder, tell }: Bench, tree: string): Promise<Contender> {
  tell("installing secretlint");
  await writeFile(join(folder, "package.json"), "{}");
  await must(["npm", "install", "--silent", "--no-audit", "--no-fund", "secretlint", preset], { cwd: folder });
  await writeFile(join(folder, ".secretlintrc.json"), JSON.stringify({ rules: [{ id: preset }] }));
  const program = [process.execPath, join(folder, "node_modules/secretlint/bin/secretlint.js")];
  const run = async (): Promise<void> => {
    const { status, stderr } = await attempt([...program, `${tree}/**/*`], { cwd: folder });
    // 1: it has found something
    if (status > 1) throw new Error(`secretlint ended with ${status}: ${stderr.slice(0, 500)}`);
  };
  return { name: "secretlint", run };
}
