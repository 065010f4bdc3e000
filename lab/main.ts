import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { rmdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { AppError } from "#kernel";
import { claimLab } from "./claim.ts";
import { crash, type CrashOptions } from "./crash/crash.ts";
import { takeDown } from "./down.ts";
import { execOn } from "./host.ts";
import { benchTable, everyHost, hostTable } from "./host-table.ts";
import { openLab } from "./lab.ts";
import { removeTree } from "./mount.ts";
import { runParts, takePartsDown } from "./parts.ts";
import { isPart, place, stateFolder } from "./place.ts";
import { makeTell, type Tell } from "./progress.ts";
import { anyUp, bringUp, refuseWhenDown, refuseWhenUp, type UpOptions } from "./up.ts";

const help = `npm run lab                        the suite, in two parts side by side, each with hosts of its own
npm run lab -- up [--bench]        bring them up, or those for measuring, and leave them running
npm run lab -- run FILTER          bring the hosts up, run what is named, take them down
npm run lab -- test [FILTER]       run the suite on hosts that are up
npm run lab -- crash               break what is at work, and judge what is left: on hosts that are up, or on its own.
                                   --whole hundreds of times; --rounds N of each kind, --minutes N, --only KIND, --seed N
npm run lab -- exec HOST -- CMD    run a program on a host as root, without ssh
npm run lab -- down [--all]        remove every trace but the cached base tree; with --all that too

--report FILE   the suite's result as JSON as well

Real hosts (systemd, sshd, an address each) on this machine: ${hostTable.map((host) => host.name).join(", ")}.
Needs Debian and root. Packages that are missing are installed.
`;

const repository = fileURLToPath(new URL("..", import.meta.url));

async function main(argv: readonly string[], tell: Tell, signal: AbortSignal): Promise<number> {
  const { words, report, all, bench } = parse(argv);
  const [verb = "run", ...rest] = words;
  if (argv.includes("--help") && verb !== "exec") return print(help);
  mustBeDebianRoot();
  switch (verb) {
    case "run":
      return await claimed(() =>
        rest.length === 0 ? runParts({ report, tell, signal }) : upTestDown({ report, filter: rest, tell, signal }),
      );
    case "up":
      await claimed(() => upOrNothing(tell, { hosts: bench ? benchTable : hostTable, signal }));
      return print(bench ? howToMeasure : howToReach());
    case "test":
      await refuseWhenDown();
      return await test({ report, filter: rest, signal });
    case "crash":
      return await claimed(() => crashCampaign({ argv, report, tell, signal }));
    case "exec":
      return await exec(rest);
    case "down":
      await claimed(() => takeDown({ base: all ? "remove" : "keep" }));
      if (!isPart) await takePartsDown();
      if (all) await removeTree(stateFolder);
      tell("nothing of the lab is left");
      return 0;
    default:
      throw new AppError("USAGE", `unknown verb ${verb}`, { hint: "npm run lab -- --help" });
  }
}

async function claimed<T>(work: () => Promise<T>): Promise<T> {
  const release = await claimLab();
  try {
    return await work();
  } finally {
    await release();
    // the trees, which are kept, lie in the folder of the whole
    if (isPart) await rmdir(stateFolder).catch(() => undefined);
  }
}

interface TestOptions {
  readonly report: string | undefined;
  readonly filter: readonly string[];
  readonly signal: AbortSignal;
}

async function upTestDown(options: TestOptions & { readonly tell: Tell }): Promise<number> {
  const { tell, signal } = options;
  await refuseWhenUp();
  try {
    await bringUp(tell, { signal });
    const status = await test(options);
    signal.throwIfAborted();
    tell(status === 0 ? "the suite passed" : "the suite failed");
    return status;
  } catch (error) {
    tell(signal.aborted ? "interrupted" : `failed: ${error instanceof Error ? error.message : String(error)}`);
    throw error;
  } finally {
    tell("taking everything down");
    await takeDown({ base: "keep" });
    tell("nothing but the cached base tree is left");
  }
}

/** On hosts that are up already they stay up. */
async function crashCampaign(options: CrashOptions): Promise<number> {
  const { tell, signal } = options;
  const present = await anyUp();
  try {
    if (!present) await bringUp(tell, { signal });
    return await crash(openLab(), options);
  } finally {
    if (!present) await takeDown({ base: "keep" });
  }
}

async function upOrNothing(tell: Tell, options: UpOptions): Promise<void> {
  await refuseWhenUp();
  try {
    await bringUp(tell, options);
  } catch (error) {
    await takeDown({ base: "keep" });
    throw error;
  }
}

/** The suite in a process of its own; its status is ours. */
function test({ report, filter, signal }: TestOptions): Promise<number> {
  const reporters =
    report === undefined ? [] : ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const args = [`${repository}node_modules/vitest/vitest.mjs`, "run", "--config", "lab/vitest.config.ts"];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...args, ...reporters, ...filter], { cwd: repository, stdio: "inherit" });
    signal.addEventListener("abort", () => child.kill("SIGTERM"));
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
}

async function exec(words: readonly string[]): Promise<number> {
  const [host = "", dashes, ...argv] = words;
  if (!everyHost.some(({ name }) => name === host) || dashes !== "--" || argv.length === 0) {
    throw new AppError("USAGE", "expected exec HOST -- CMD", { hint: "npm run lab -- --help" });
  }
  const { status, stdout, stderr } = await execOn(host, argv);
  process.stdout.write(stdout);
  process.stderr.write(stderr);
  return status;
}

function parse(argv: readonly string[]) {
  const end = argv.indexOf("--");
  const mine = end === -1 ? argv : argv.slice(0, end);
  const at = mine.indexOf("--report");
  const report = at === -1 ? undefined : mine[at + 1];
  const words = mine.filter((word, index) => !word.startsWith("--") && (at === -1 || index !== at + 1));
  return {
    words: [...words, ...argv.slice(mine.length)],
    report,
    all: mine.includes("--all"),
    bench: mine.includes("--bench"),
  };
}

function mustBeDebianRoot(): void {
  const release = existsSync("/etc/os-release") ? readFileSync("/etc/os-release", "utf8") : "";
  if (!/^ID=debian$/m.test(release)) {
    throw new AppError("USAGE", "the lab makes its hosts from Debian's packages: it needs a Debian machine", {
      hint: "npm test needs neither Debian nor root",
    });
  }
  if (process.getuid?.() !== 0) {
    throw new AppError("PERMISSION_DENIED", "the lab makes mounts, a bridge and hosts: it needs root", {
      hint: "sudo npm run lab",
    });
  }
}

function howToReach(): string {
  return `
  ssh -F ${place.sshConfig} app1              as the deploy user
  ssh -F ${place.sshConfig} root-app1         as root
  npm run lab -- exec app1 -- systemctl status     without ssh

  deploy the example platform to them:

  cd examples/voxbridge
  export KEYTURN_ENV=production KEYTURN_SSH_CONFIG=${place.sshConfig} KEYTURN_HOME=${place.home}
  npx keyturn init --yes
  npx keyturn recovery init --out ${place.home}-recovery.txt
  npx keyturn recovery drill ${place.home}-recovery.txt
  npx keyturn generate --missing && npx keyturn import values.sample.env && npx keyturn grant --missing
  npx keyturn hosts prepare --via root-%h
  npx keyturn apply
  npx keyturn status

  npm run lab -- down

`;
}

const howToMeasure = `
  npm run bench -- apply6 apply20
  npm run lab -- down

`;

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

const controller = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => controller.abort());
try {
  process.exitCode = await main(process.argv.slice(2), makeTell(), controller.signal);
} catch (error) {
  const interrupted = controller.signal.aborted;
  const known = error instanceof AppError;
  if (!interrupted) process.stderr.write(`lab: error: ${known ? error.message : String(error)}\n`);
  if (!interrupted && known) process.stderr.write(`lab: hint: ${error.hint}\n`);
  process.exitCode = interrupted ? 130 : known ? error.exit : 1;
}
