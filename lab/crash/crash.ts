import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { AppError } from "#kernel";
import type { Lab } from "../lab.ts";
import type { Tell } from "../progress.ts";
import { runCampaign, type KindResult } from "./campaign.ts";
import { withFigures } from "./figures.ts";

const page = fileURLToPath(new URL("../../docs/reliability.md", import.meta.url));

export interface CrashOptions {
  readonly argv: readonly string[];
  /** what CI counts, in the form of vitest's own report */
  readonly report: string | undefined;
  readonly tell: Tell;
  readonly signal: AbortSignal;
}

/** The campaign as the command line asks for it; 0 when every round ended well. Whole campaigns write their figures. */
export async function crash(lab: Lab, { argv, report, tell, signal }: CrashOptions): Promise<number> {
  const seed = numberOf(argv, "--seed") ?? Math.floor(Math.random() * 2 ** 31);
  const [rounds, minutes, only] = [numberOf(argv, "--rounds"), numberOf(argv, "--minutes"), wordOf(argv, "--only")];
  const results = await runCampaign(lab, {
    seed,
    whole: argv.includes("--whole"),
    tell,
    signal,
    ...(rounds === undefined ? {} : { rounds }),
    ...(minutes === undefined ? {} : { minutes }),
    ...(only === undefined ? {} : { only }),
  });
  if (report !== undefined) writeFileSync(report, JSON.stringify(summary(results)));
  if (only === undefined && results.every(({ whole }) => whole)) {
    writeFileSync(page, withFigures(readFileSync(page, "utf8"), results, { date: new Date(), seed }));
    tell("figures are in docs/reliability.md");
  }
  const { numTotalTests, numPassedTests } = summary(results);
  tell(`${numPassedTests} of ${numTotalTests} rounds ended well`);
  return numPassedTests === numTotalTests ? 0 : 1;
}

function summary(results: readonly KindResult[]) {
  const all = results.flatMap(({ rounds }) => rounds);
  return { numTotalTests: all.length, numPassedTests: all.filter(({ faults }) => faults.length === 0).length };
}

function wordOf(argv: readonly string[], flag: string): string | undefined {
  const at = argv.indexOf(flag);
  return at === -1 ? undefined : argv[at + 1];
}

function numberOf(argv: readonly string[], flag: string): number | undefined {
  const word = wordOf(argv, flag);
  if (word === undefined && !argv.includes(flag)) return undefined;
  if (word !== undefined && /^\d{1,9}$/.test(word)) return Number(word);
  throw new AppError("USAGE", `${flag} takes a number`, { hint: "npm run lab -- --help" });
}
