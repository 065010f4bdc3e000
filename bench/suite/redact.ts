import { spawn } from "node:child_process";
import { open, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Benchmark } from "../benchmark.ts";
import { race, median } from "../race.ts";
import { secretProject, valueOf } from "../secret-project.ts";

const megabytes = 400;

export const redact: Benchmark = {
  name: "redact",
  title: "`redact` of a build's output, 150 values",
  about: `${megabytes} MB of lines as a build writes them, one in a thousand with a value in it, from a file to nowhere; the start of the command
counts. The delay is that of a line which is written to a running filter, until it has come out.`,
  measure: async (bench) => {
    const { names, env } = await secretProject(bench, 150);
    const file = join(bench.folder, "build.log");
    await writeFile(file, Buffer.concat(Array.from({ length: megabytes }, () => megabyte(names))));
    const start = (input: number | "pipe", output: "ignore" | "pipe") =>
      spawn(process.execPath, [bench.keyturn, "redact"], {
        cwd: bench.folder,
        env: { ...process.env, ...env },
        stdio: [input, output, "ignore"],
      });
    const [timing] = await race([{ name: "keyturn redact", run: () => through(file, start) }], {
      rounds: 5,
      signal: bench.signal,
    });
    const delays = await delaysOf(start);
    if (timing === undefined) return [];
    const rate = megabytes / (timing.median / 1000);
    return [
      {
        what: timing.name,
        timing,
        figure: `${Math.round(rate)} MB/s`,
        claim: { asked: "at least 200 MB/s", got: `${Math.round(rate)}`, met: rate >= 200 },
      },
      { what: "delay of a line", figure: `${median(delays).toFixed(2)} ms` },
    ];
  },
};

type Start = (input: number | "pipe", output: "ignore" | "pipe") => ReturnType<typeof spawn>;

async function through(file: string, start: Start): Promise<void> {
  const handle = await open(file);
  try {
    const child = start(handle.fd, "ignore");
    const code = await new Promise((resolve) => child.once("close", resolve));
    if (code !== 0) throw new Error(`redact ended with ${String(code)}`);
  } finally {
    await handle.close();
  }
}

async function delaysOf(start: Start): Promise<readonly number[]> {
  const child = start("pipe", "pipe");
  const delays: number[] = [];
  for (let line = 0; line < 200; line += 1) {
    const begin = performance.now();
    child.stdin?.write(`step ${line}: compiled what there was to compile\n`);
    await new Promise((resolve) => child.stdout?.once("data", resolve));
    // the first one waits for the start
    if (line > 0) delays.push(performance.now() - begin);
  }
  child.stdin?.end();
  return delays;
}

function megabyte(names: readonly string[]): Buffer {
  const lines = Array.from({ length: 16_000 }, (_, at) => {
    const value = at % 1000 === 999 ? valueOf(names[at % names.length] ?? "") : "src/server/route/rollout.ts";
    return `[${String(at).padStart(6)}] built ${value} in ${at % 97} ms\n`;
  });
  return Buffer.from(lines.join("")).subarray(0, 1_000_000);
}
