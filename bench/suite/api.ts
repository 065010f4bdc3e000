import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Load, Loaded } from "../api/load.ts";
import { makeApiProject } from "../api/project.ts";
import { startServing, type Serving } from "../api/serving.ts";
import type { Bench, Benchmark, Row } from "../benchmark.ts";
import { shareOf } from "../claim.ts";
import { must } from "../process.ts";
import { median, timingOf, type Timing } from "../race.ts";

export const api: Benchmark = {
  name: "api",
  title: "Reads of the server",
  about: `Authenticated by a service token, over 50 connections, 3 seconds a round. Server, bare server and load generator are
processes of their own; all share this machine's processors. The bare one is a hono route on the same file that looks the
token up and does the queries of the same answer with prepared statements of \`node:sqlite\`, each time; it checks no role, no origin
and no form, and sets no headers. The store holds 50 secrets with their grants, and 20 rollouts. The rate and the 99th
percentile are the medians of the rounds.`,
  measure: async (bench) => {
    const { token } = await makeApiProject(bench.folder);
    const script = fileURLToPath(new URL("../api/bare.ts", import.meta.url));
    const bare = await startServing([script, join(bench.folder, ".keyturn/keyturn.db")], bench.folder);
    const words = ["serve", "--listen", "127.0.0.1:0", "--json"];
    const keyturn = await startServing([bench.keyturn, ...words], bench.folder);
    try {
      return await measureAll(bench, { keyturn, bare, token });
    } finally {
      await Promise.all([keyturn.close(), bare.close()]);
    }
  },
};

interface Servers {
  readonly keyturn: Serving;
  readonly bare: Serving;
  readonly token: string;
}

const paths = ["/v1/me", "/v1/environments/bench/secrets", "/v1/environments/bench/rollouts"];
const connections = 50;
/** the first round fills caches and does not count */
const [rounds, seconds] = [5, 3];

async function measureAll({ signal, tell }: Bench, { keyturn, bare, token }: Servers): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const path of paths) {
    tell(path);
    const [ours, theirs]: [Loaded[], Loaded[]] = [[], []];
    for (let round = 0; round <= rounds; round += 1) {
      const target = { token, seconds, connections };
      const own = await load({ ...target, url: `${keyturn.address}${path}` }, signal);
      const other = await load({ ...target, url: `${bare.address}${path}` }, signal);
      if (round === 0) continue;
      ours.push(own);
      theirs.push(other);
    }
    const timings = [timingFor("keyturn", ours), timingFor("bare hono", theirs)] as const;
    rows.push(
      { what: path, figure: figure(ours), claim: shareOf(0.7, ...timings) },
      { what: timings[1].name, figure: figure(theirs) },
    );
  }
  return rows;
}

/** A request that failed makes the round worth nothing. */
async function load(asked: Load, signal: AbortSignal): Promise<Loaded> {
  const script = fileURLToPath(new URL("../api/load.ts", import.meta.url));
  const said = await must([process.execPath, script], { signal, input: JSON.stringify(asked) });
  const loaded = JSON.parse(said) as Loaded;
  if (loaded.failed > 0) throw new Error(`${loaded.failed} requests to ${asked.url} failed`);
  return loaded;
}

function timingFor(name: string, loads: readonly Loaded[]): Timing {
  return timingOf(
    name,
    loads.map(({ rate }) => 1000 / rate),
  );
}

function figure(loads: readonly Loaded[]): string {
  const rate = Math.round(median(loads.map((one) => one.rate)));
  return `${rate.toLocaleString("en")}/s, p99 ${Math.round(median(loads.map(({ p99 }) => p99)))} ms`;
}
