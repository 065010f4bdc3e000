import { join } from "node:path";
import type { Bench, Benchmark } from "../benchmark.ts";
import { atMost } from "../claim.ts";
import { must } from "../process.ts";
import { race, type Contender } from "../race.ts";
import { startEngine, type BenchEngine } from "../runtimes/engine.ts";
import { atOnce, command, runtimesOf } from "../runtimes/platform.ts";

const count = 50;

export const runtimes: Benchmark = {
  name: "runtimes",
  title: `${count} runtimes made anew, ${atOnce} at once`,
  about: `Containers of busybox on a Docker engine of this machine that nothing else uses. Keyturn makes each one beside the old one, waits
until it answers /health, gives it the old one's name, asks the old one to end and keeps it, stopped, as the way back; each step is
in its journal. The loop is \`docker rm -f\`, \`docker run\` and curl until /health answers, ${atOnce} at once by \`xargs -P\`: there a user
has no runtime from the first to the last.

What costs is the engine: of 1.6 s of processor time that a runtime takes, nine tenths are dockerd, containerd, runc and what
these start for a container's network. Of the loop's 1.9 s it is three quarters; docker's client and curl are the rest, each
a program of its own for each step.`,
  measure: async (bench) => {
    const engine = await startEngine(join(bench.folder, "engine"));
    try {
      return await against(bench, engine);
    } finally {
      await engine.stop();
    }
  },
};

async function against(bench: Bench, engine: BenchEngine) {
  const project = join(bench.folder, "project");
  bench.tell(`making ${count} runtimes`);
  const users = await runtimesOf(project, count, engine);
  const contenders = [keyturnRestart(bench, project, engine), loop(bench, users, engine)];
  const { signal, tell } = bench;
  const [keyturn, bare] = await race(contenders, { rounds: 3, signal, tell });
  if (keyturn === undefined || bare === undefined) return [];
  return [
    { what: keyturn.name, timing: keyturn, claim: atMost(1.3, keyturn, bare) },
    { what: bare.name, timing: bare },
  ];
}

function keyturnRestart({ keyturn, signal }: Bench, cwd: string, { environment: env }: BenchEngine): Contender {
  const words = [process.execPath, keyturn, "runtimes", "restart", "--yes"];
  return { name: "keyturn runtimes restart", run: async () => void (await must(words, { cwd, env, signal })) };
}

/** Its containers have names of their own, and are there beside the others in either run. */
function loop({ signal }: Bench, users: readonly string[], { environment: env, image }: BenchEngine): Contender {
  const quoted = command.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
  const one = [
    `docker rm -f "bare-$1" >/dev/null 2>&1`,
    `docker run -d --name "bare-$1" -e AGENT_USER="$1" ${image} ${quoted} >/dev/null`,
    `ip=$(docker inspect -f '{{.NetworkSettings.IPAddress}}' "bare-$1")`,
    `until curl -sf -o /dev/null -m 1 "http://$ip:8080/health"; do sleep 0.05; done`,
  ].join("\n");
  const input = users.map((user) => `${user}\n`).join("");
  const words = ["xargs", "-P", String(atOnce), "-I{}", "sh", "-c", one, "sh", "{}"];
  return {
    name: "docker rm -f and docker run",
    run: async () => void (await must(words, { env, input, signal })),
  };
}
