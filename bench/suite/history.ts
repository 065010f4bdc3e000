import { join } from "node:path";
import { run } from "../../lab/run.ts";
import type { Benchmark } from "../benchmark.ts";
import { atMost } from "../claim.ts";
import { must } from "../process.ts";
import { race } from "../race.ts";
import { secretProject, valueOf } from "../secret-project.ts";

const blobs = 100_000;

export const history: Benchmark = {
  name: "history",
  title: "`scan --git` of 100,000 blobs",
  about: `A repository of 1,000 commits with 100 files of some 2 kB each, packed. Git alone writes all objects to nowhere.

Keyturn has two of Git unpack at once on two processors (decisions/0034-reading.md). Added are the start of Node and the store, the search, and the
pipes between them: written to nowhere, Git's bytes cost nothing.`,
  measure: async (bench) => {
    const repository = join(bench.folder, "repository");
    await must(["git", "init", "-q", repository]);
    await run(["git", "-C", repository, "fast-import", "--quiet"], { input: stream() });
    await must(["git", "-C", repository, "repack", "-adq"]);
    const { call } = await secretProject(bench, 150);
    const script = 'git -C "$1" cat-file --batch-all-objects --batch --unordered >/dev/null';
    const [ours, git] = await race(
      [
        { name: "keyturn scan --git", run: async () => void (await call(["scan", "--git", repository])) },
        { name: "git cat-file --batch", run: async () => void (await must(["sh", "-c", script, "sh", repository])) },
      ],
      { rounds: 3, signal: bench.signal },
    );
    if (ours === undefined || git === undefined) return [];
    return [
      { what: ours.name, timing: ours, claim: atMost(1.5, ours, git) },
      { what: git.name, timing: git },
    ];
  },
};

function stream(): string {
  const parts: string[] = [];
  const perCommit = 100;
  for (let commit = 0; commit < blobs / perCommit; commit += 1) {
    parts.push(
      `commit refs/heads/main\ncommitter bench <bench@localhost> ${1_700_000_000 + commit} +0000\ndata 6\nchange\n`,
    );
    for (let file = 0; file < perCommit; file += 1) {
      const lines = Array.from(
        { length: 40 },
        (_, line) => `export const name${line} = "${valueOf(`${commit} ${file} ${line}`)}";`,
      );
      const text = `${lines.join("\n")}\n`;
      parts.push(`M 100644 inline src/file${file}.ts\ndata ${text.length}\n${text}\n`);
    }
  }
  return parts.join("");
}
