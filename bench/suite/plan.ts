import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Bench, Benchmark, Row } from "../benchmark.ts";
import { must } from "../process.ts";
import { timingOf, type Timing } from "../race.ts";

export const plan: Benchmark = {
  name: "plan",
  title: "`plan` for 20 services × 50 variables on each of many hosts",
  about: `The operation behind \`keyturn plan\`: manifest and contracts are read, values opened from a real store, every host looked at, and
all of it compared. Only the hosts are fakes, in memory, and know no release yet, so that every variable of every target is a
change. Each size has a process of its own; the memory is all that the process ever held.`,
  measure: async (bench) => {
    const fleets: Measured[] = [];
    for (const hosts of [1000, 2000, 4000]) fleets.push(await measureFleet(bench, hosts));
    return fleets.flatMap((fleet, index) => rowsOf(fleet, index === 0 ? undefined : fleets[0]));
  },
};

interface Measured {
  readonly hosts: number;
  readonly timing: Timing;
  readonly targets: number;
  /** bytes */
  readonly memory: number;
}

async function measureFleet({ folder, signal, tell }: Bench, hosts: number): Promise<Measured> {
  tell(`${hosts} hosts`);
  const own = join(folder, `${hosts}`);
  await mkdir(own);
  const script = fileURLToPath(new URL("../plan/measure.ts", import.meta.url));
  const said = await must([process.execPath, script, own, `${hosts}`, "7"], { signal });
  const { samples, targets, memory } = JSON.parse(said) as { samples: number[]; targets: number; memory: number };
  return { hosts, timing: timingOf(`${hosts} hosts`, samples), targets, memory };
}

function rowsOf({ hosts, timing, targets, memory }: Measured, first: Measured | undefined): readonly Row[] {
  const claim = first === undefined ? underASecond(timing) : linear(timing, first.timing, hosts / first.hosts);
  const figure = `${Math.round(memory / 1024 ** 2)} MiB`;
  return [
    { what: `${hosts.toLocaleString("en")} hosts, ${targets.toLocaleString("en")} targets`, timing, claim },
    { what: "its memory", figure },
  ];
}

function underASecond({ median }: Timing) {
  return { asked: "under a second", got: `${(median / 1000).toFixed(2)} s`, met: median < 1000 };
}

/** A quarter more than in proportion still counts as linear: larger heaps are collected more often. */
function linear(timing: Timing, first: Timing, times: number) {
  const ratio = timing.median / first.median;
  return { asked: `at most ${times * 1.25} × ${first.name}`, got: ratio.toFixed(2), met: ratio <= times * 1.25 };
}
