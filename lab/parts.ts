import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { prepareBase } from "./base-tree.ts";
import { takeDown } from "./down.ts";
import { hostTable } from "./host-table.ts";
import { raiseLimit } from "./kernel-limit.ts";
import { installPackages, machinePackages } from "./package-list.ts";
import { partVariable } from "./place.ts";
import type { Tell } from "./progress.ts";
import { suitesOfPart } from "./suite-hosts.ts";
import { refuseWhenUp } from "./up.ts";

/** as many as the processors that a whole run is meant for */
const parts = [1, 2];

export interface PartsOptions {
  /** a file for the results of all parts, as vitest's JSON report */
  readonly report: string | undefined;
  readonly tell: Tell;
  readonly signal: AbortSignal;
}

/**
 * The whole suite, in parts side by side: most of it waits for one service or another, and most suites want all hosts. Each
 * part has hosts of its own, in a network and a view of the file system of its own; what all need is made once, before.
 */
export async function runParts({ report, tell, signal }: PartsOptions): Promise<number> {
  await refuseWhenUp();
  const folder = await mkdtemp(join(tmpdir(), "keyturn-lab-report-"));
  const reportOf = (part: number): string => join(folder, `${part}.json`);
  try {
    await installPackages(machinePackages, tell, signal);
    await takeDown({ base: "keep" });
    await prepareBase(tell, signal);
    await raiseLimit(parts.length * hostTable.length);
    const statuses = await Promise.all(parts.map((part) => runPart(part, reportOf(part), signal)));
    signal.throwIfAborted();
    if (report !== undefined) await writeFile(report, JSON.stringify(await together(parts.map(reportOf))));
    const failed = parts.filter((_, index) => statuses[index] !== 0);
    tell(failed.length === 0 ? "every part passed" : `failed: part ${failed.join(", ")}`);
    return failed.length === 0 ? 0 : 1;
  } finally {
    await takeDown({ base: "keep" });
    await rm(folder, { recursive: true, force: true });
  }
}

/** What an interrupted part has left. */
export async function takePartsDown(): Promise<void> {
  for (const part of parts) await inPart(part, ["down"], new AbortController().signal);
}

/** Without the main machine's network: nothing that suites need lies there, and addresses are the same in every part. */
const own = [
  "unshare",
  "--net",
  "--mount",
  "--",
  "sh",
  "-c",
  'ip link set lo up && mkdir -p /run/systemd/nspawn && mount -t tmpfs tmpfs /run/systemd/nspawn && exec "$@"',
  "sh",
];

function runPart(part: number, report: string, signal: AbortSignal): Promise<number> {
  const suites = suitesOfPart(part, parts.length);
  return inPart(part, ["run", "--report", report, ...suites.map((name) => `lab/suite/${name}`)], signal);
}

function inPart(part: number, words: readonly string[], signal: AbortSignal): Promise<number> {
  const main = fileURLToPath(new URL("main.ts", import.meta.url));
  const [program = "", ...args] = [...own, process.execPath, main, ...words];
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      env: { ...process.env, [partVariable]: String(part) },
      stdio: ["ignore", "pipe", "pipe"],
      // a Ctrl-C reaches us, and we tell it
      detached: true,
    });
    signal.addEventListener("abort", () => child.kill("SIGTERM"));
    for (const stream of [child.stdout, child.stderr]) {
      createInterface(stream).on("line", (line) => process.stdout.write(`${part}  ${line}\n`));
    }
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
}

interface Report {
  readonly numTotalTests: number;
  readonly numPassedTests: number;
  readonly testResults: readonly unknown[];
}

/** A part without a report has run no test. */
async function together(files: readonly string[]): Promise<Report> {
  const reports = await Promise.all(
    files.filter((file) => existsSync(file)).map(async (file) => JSON.parse(await readFile(file, "utf8")) as Report),
  );
  return {
    numTotalTests: sum(reports.map(({ numTotalTests }) => numTotalTests)),
    numPassedTests: sum(reports.map(({ numPassedTests }) => numPassedTests)),
    testResults: reports.flatMap(({ testResults }) => testResults),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
