import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openSearcher } from "./aside.ts";
import { keepCase } from "./corpus.ts";
import type { Limit, Searched } from "./search.ts";
import { allTargets } from "./targets.ts";

const help = `npm run fuzz                        every reader in turn, about a minute in all
npm run fuzz -- --seconds N        N seconds in all, shared by the readers
npm run fuzz -- --times N          N times as many inputs as \`npm test\` tries, however long they take
npm run fuzz -- --only READER      readers whose name has this in it
npm run fuzz -- --seed N           the same inputs again

What breaks a law is made small and kept in test/fuzz/corpus, where every \`npm test\` tries it; the exit code is 1.
`;

interface Asked {
  readonly seconds: number;
  /** instead of the seconds */
  readonly times: number | undefined;
  readonly only: string;
  readonly seed: number;
}

async function main(argv: readonly string[]): Promise<number> {
  if (argv.includes("--help")) return print(help);
  const asked = parse(argv);
  const folder = mkdtempSync(join(tmpdir(), "keyturn-fuzz-"));
  try {
    const targets = await allTargets({ folder: mkdtempSync(join(folder, "names-")) });
    const readers = targets.map(({ name }) => name).filter((name) => name.includes(asked.only));
    print(`${readers.length} readers, seed ${asked.seed}\n`);
    print(`${"reader".padEnd(22)}${"runs".padStart(9)}${"runs/s".padStart(9)}  findings\n`);
    const findings = await fuzz(readers, asked, folder);
    print(findings === 0 ? "no finding\n" : `readers with a finding: ${findings}\n`);
    return readers.length > 0 && findings === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** How many readers broke a law. */
async function fuzz(readers: readonly string[], { seconds, times, seed }: Asked, folder: string): Promise<number> {
  const searcher = openSearcher(folder);
  const until: Limit = times === undefined ? { time: (seconds / readers.length) * 1000 } : { times };
  let findings = 0;
  try {
    for (const reader of readers) {
      const begin = performance.now();
      const searched = await searcher.search({ reader, seed, until });
      print(line(reader, searched, (performance.now() - begin) / 1000));
      if (searched.finding === undefined) continue;
      findings += 1;
      print(`  ${searched.finding.problem}\n  ${keepCase(reader, searched.finding.input)}\n`);
      print(`  again: npm run fuzz -- --only ${reader} --seed ${seed}\n`);
    }
  } finally {
    await searcher.close();
  }
  return findings;
}

function line(reader: string, { runs, finding }: Searched, seconds: number): string {
  const figures = [String(runs), String(Math.round(runs / seconds))].map((figure) => figure.padStart(9));
  return `${reader.padEnd(22)}${figures.join("")}  ${finding === undefined ? 0 : 1}\n`;
}

function parse(argv: readonly string[]): Asked {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      seconds: { type: "string", default: "60" },
      times: { type: "string" },
      only: { type: "string", default: "" },
      seed: { type: "string", default: String(Date.now() % 1_000_000) },
    },
  });
  const times = values.times === undefined ? undefined : Number(values.times);
  return { seconds: Number(values.seconds), times, only: values.only, seed: Number(values.seed) };
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

process.exitCode = await main(process.argv.slice(2));
