// `npm start`: the example platforms on this machine, through the same engine that serves hosts, and the console over one of them.
import { spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const running = new Set();
let ending = false;

// Ctrl-C reaches the platforms by themselves, and this program goes when they have ended
process.on("SIGINT", () => (ending = true));
process.on("SIGTERM", () => end());

const calls = placeOf("voxbridge");
const homes = placeOf("homedevice");
await up(["dev", ...calls.place, ...calls.sample, ...process.argv.slice(2)]);
if (!ending) spawnSync(process.execPath, [join(root, "scripts/build-console.js")], { stdio: "inherit" });
await up(["dev", "--serve", ...homes.place, ...homes.sample, ...process.argv.slice(2)]);
for (const user of ["alice", "bob"])
  if (!ending) await start(["runtimes", "create", user, ...homes.place], "ignore").ended;

/** Where an example is, and sample values for what no rule can make. Each has a home of its own. */
function placeOf(name) {
  const folder = join(root, "examples", name);
  const home = process.env.KEYTURN_HOME;
  return {
    place: [
      "--env",
      "local",
      "--manifest",
      join(folder, "keyturn.yaml"),
      ...(home === undefined || name === "voxbridge" ? [] : ["--home", join(home, name)]),
    ],
    sample: ["--sample", join(folder, "values.sample.env")],
  };
}

/** Resolves when it is up, which is when it first has something to say there; ends with it when it ends before. */
async function up(words) {
  if (ending) return;
  const { child, ended } = start(words, "pipe");
  child.stdout.pipe(process.stdout, { end: false });
  const spoke = new Promise((resolve) => child.stdout.once("data", resolve));
  await Promise.race([spoke, ended]);
}

function start(words, stdout) {
  const command = [join(root, "bin/keyturn.js"), ...words];
  const color = process.stdout.isTTY && !process.env.NO_COLOR ? { FORCE_COLOR: "1" } : {};
  const child = spawn(process.execPath, command, {
    stdio: ["inherit", stdout, stdout === "pipe" ? "inherit" : "ignore"],
    env: { ...process.env, ...color },
  });
  running.add(child);
  const ended = new Promise((resolve) => {
    child.once("exit", (code) => {
      running.delete(child);
      if (stdout === "pipe") {
        process.exitCode ||= code ?? 1;
        end();
      }
      resolve();
    });
  });
  return { child, ended };
}

/** One that ends takes the others with it. */
function end() {
  ending = true;
  for (const child of running) child.kill("SIGTERM");
}
