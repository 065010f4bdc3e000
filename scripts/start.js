// `npm start`: the example platforms on this machine, through the same engine that serves hosts, and the console over one of them.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const keyturn = join(root, "bin/keyturn.js");
const given = process.argv.slice(2);
const running = new Set();
let ending = false;

// what runs is in groups of its own: Ctrl-C comes here alone, and is passed on once
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => end("SIGINT"));

const calls = placeOf("voxbridge", []);
await up([keyturn, "dev", ...calls.place, ...calls.sample, ...given]);
await run([join(root, "scripts/build-console.js")]);
const homes = placeOf("homedevice", homeOf("homedevice"));
await up([keyturn, "dev", "--serve", ...homes.sample, ...given, ...homes.place]);
for (const user of ["alice", "bob"]) await run([keyturn, "runtimes", "create", user, ...homes.place]);

/** Where an example is, and sample values for what no rule can make. */
function placeOf(name, home) {
  const folder = join(root, "examples", name);
  return {
    place: ["--env", "local", "--manifest", join(folder, "keyturn.yaml"), ...home],
    sample: ["--sample", join(folder, "values.sample.env")],
  };
}

/** Two platforms never share a home. */
function homeOf(name) {
  const at = given.lastIndexOf("--home");
  const home = at === -1 ? process.env.KEYTURN_HOME : given[at + 1];
  return home === undefined ? [] : ["--home", join(home, name)];
}

/** Resolves when it is up, which is when it first has something to say; when it ends, everything does. */
async function up(words) {
  const { child, ended } = start(words, "pipe");
  if (child === undefined) return;
  child.stdout.pipe(process.stdout, { end: false });
  void endAfter(ended);
  await Promise.race([new Promise((resolve) => child.stdout.once("data", resolve)), ended]);
}

async function endAfter(ended) {
  process.exitCode ||= await ended;
  end("SIGINT");
}

/** To its end; it says nothing but what went wrong. */
async function run(words) {
  const { ended } = start(words, "ignore");
  process.exitCode ||= await ended;
  if (process.exitCode !== 0) end("SIGINT");
}

function start(words, stdout) {
  if (ending) return { ended: Promise.resolve(0) };
  const color = process.stdout.isTTY && !process.env.NO_COLOR ? { FORCE_COLOR: "1" } : {};
  const child = spawn(process.execPath, words, {
    stdio: ["ignore", stdout, "inherit"],
    env: { ...process.env, ...color },
    detached: true,
  });
  running.add(child);
  const ended = new Promise((resolve) => {
    child.once("exit", (code) => {
      running.delete(child);
      resolve(ending ? 0 : (code ?? 1));
    });
  });
  return { child, ended };
}

function end(signal) {
  if (ending) return;
  ending = true;
  for (const child of running) child.kill(signal);
}
