import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { AppError } from "#kernel";
import { makeTell, type Tell } from "../lab/progress.ts";
import type { Bench, Benchmark } from "./benchmark.ts";
import { buildCommand } from "./build.ts";
import { thisMachine } from "./machine.ts";
import { renderPage } from "./page.ts";
import { api } from "./suite/api.ts";
import { applyToSix, applyToTwenty } from "./suite/apply.ts";
import { firstLoad } from "./suite/console.ts";
import { plan } from "./suite/plan.ts";
import { rotation, rotationOnHosts } from "./suite/rotation.ts";
import { run } from "./suite/run.ts";
import { runtimes } from "./suite/runtimes.ts";
import { history } from "./suite/history.ts";
import { redact } from "./suite/redact.ts";
import { scan } from "./suite/scan.ts";
import { search } from "./suite/search.ts";
import { secretlint } from "./suite/secretlint.ts";
import { start } from "./suite/start.ts";
import { store } from "./suite/store.ts";
import { renderText, type Section } from "./table.ts";
import { withHosts } from "./apply/hosts.ts";

const benchmarks: readonly Benchmark[] = [
  start,
  run,
  scan,
  secretlint,
  search,
  history,
  redact,
  plan,
  store,
  api,
  firstLoad,
  runtimes,
  rotation,
  rotationOnHosts,
  applyToSix,
  applyToTwenty,
];

const help = `npm run bench                   measure everything, in about forty minutes, and write docs/performance.md
npm run bench -- NAME...        measure these alone, and print the table

${benchmarks.map(({ name, title }) => `${name.padEnd(10)}${title}`).join("\n")}

scan needs ripgrep, console Debian's chromium, runtimes root and Debian's docker.io, iptables and busybox. The last three need Debian and root: real hosts on this
machine, for two of them twenty, and Ansible from Debian's packages. Hosts that are up already (npm run lab -- up, with --bench the
twenty) are used and stay.
`;

const repository = fileURLToPath(new URL("..", import.meta.url));

async function main(argv: readonly string[], tell: Tell, signal: AbortSignal): Promise<void> {
  if (argv.includes("--help")) return void process.stdout.write(help);
  const chosen = choose(argv);
  const folder = await mkdtemp(join(tmpdir(), "keyturn-bench-"));
  try {
    const keyturn = await buildCommand(repository, join(folder, "keyturn"));
    await measure(chosen, { folder, keyturn, tell, signal });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function choose(names: readonly string[]): readonly Benchmark[] {
  const unknown = names.find((name) => !benchmarks.some((benchmark) => benchmark.name === name));
  if (unknown !== undefined) {
    throw new AppError("USAGE", `there is no benchmark ${unknown}`, { hint: "npm run bench -- --help" });
  }
  return names.length === 0 ? benchmarks : benchmarks.filter(({ name }) => names.includes(name));
}

/** What is measured is shown, and kept, at once: whoever ends a long run has what came before. */
async function measure(chosen: readonly Benchmark[], bench: Bench): Promise<void> {
  const sections: Section[] = [];
  const measureOne = async (benchmark: Benchmark): Promise<void> => {
    const { name, title } = benchmark;
    bench.tell(title);
    const folder = join(bench.folder, name);
    await mkdir(folder);
    const section = { title, rows: await benchmark.measure({ ...bench, folder }) };
    sections.push(section);
    process.stdout.write(`\n${renderText([section])}\n`);
    if (chosen.length === benchmarks.length) await keep(sections);
  };
  const measureEach = async (some: readonly Benchmark[]): Promise<void> => {
    for (const benchmark of some) await measureOne(benchmark);
  };
  await measureEach(chosen.filter(({ hosts }) => hosts === undefined));
  for (const kind of ["platform", "bare"] as const) {
    const onHosts = chosen.filter(({ hosts }) => hosts === kind);
    if (onHosts.length > 0) await withHosts(kind, () => measureEach(onHosts), bench);
  }
  if (chosen.length === benchmarks.length) bench.tell("docs/performance.md is written");
}

async function keep(sections: readonly Section[]): Promise<void> {
  const page = renderPage({ date: new Date(), machine: thisMachine(repository), benchmarks, sections });
  await writeFile(join(repository, "docs/performance.md"), page);
}

const controller = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => controller.abort());
try {
  await main(process.argv.slice(2), makeTell(), controller.signal);
} catch (error) {
  const interrupted = controller.signal.aborted;
  const known = error instanceof AppError;
  if (!interrupted) process.stderr.write(`bench: error: ${known ? error.message : String(error)}\n`);
  if (!interrupted && known) process.stderr.write(`bench: hint: ${error.hint}\n`);
  process.exitCode = interrupted ? 130 : known ? error.exit : 1;
}
