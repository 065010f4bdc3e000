import type { Bench, Benchmark, Row } from "../benchmark.ts";
import { atMost } from "../claim.ts";
import { timingOf } from "../race.ts";
import { deployVoxbridge } from "../rotation/hosts.ts";
import { measureRotation, type MeasuredRotation, type Project } from "../rotation/measured.ts";
import { startVoxbridge } from "../rotation/platform.ts";

/** fewer for a look: KEYTURN_BENCH_ATTACHES=2000 npm run bench -- rotation */
const wanted = Number(process.env["KEYTURN_BENCH_ATTACHES"] ?? 100_000);

export const rotation: Benchmark = {
  name: "rotation",
  title: "Rotations under load",
  about: `The calling platform of the examples as local processes of this machine: a backend, three workers, and a dialler that attaches as
fast as it can, each attach verified by a worker and by the backend behind it. The secret that all of them share is rotated again
and again, until so many calls were attached during rotations; an attach that no worker took, or that any of them refused, has
failed. A rotation is ten restarts in three steps; their sum is of the same run, each from its drain until it was seen to run.
The rest is looking, staging, a real call to each verifier with either value behind each step, 0.3 s in which the old value is
not seen, and the command's own start.`,
  measure: async (bench) => {
    const platform = await startVoxbridge(bench);
    try {
      return rowsOf(await rotateUntil(bench, { cwd: bench.folder }, wanted));
    } finally {
      await platform.end();
    }
  },
};

export const rotationOnHosts: Benchmark = {
  name: "rotation6",
  title: "Rotations over 6 hosts under load",
  hosts: "platform",
  about: `The same on six real hosts (systemd, sshd) of this machine, over ssh: two backends, nine workers on three hosts, and a dialler that
attaches as fast as they all let it, with processors that they share. A rotation is 32 restarts in three steps; their sum is that of the
same run. Hosts of one wave are restarted side by side, instances of one host one after the other.`,
  measure: async (bench) => rowsOf(await rotateUntil(bench, await deployVoxbridge(bench), wanted)),
};

/** At least twice: a ratio of one says little. */
async function rotateUntil(bench: Bench, project: Project, attaches: number): Promise<readonly MeasuredRotation[]> {
  const measured: MeasuredRotation[] = [];
  while (attachedIn(measured) < attaches || measured.length < 2) {
    bench.signal.throwIfAborted();
    measured.push(await measureRotation(bench, project));
    bench.tell(`${measured.length} rotations, ${attachedIn(measured).toLocaleString("en")} attaches`);
  }
  return measured;
}

function rowsOf(measured: readonly MeasuredRotation[]): readonly Row[] {
  const failed = measured.reduce((sum, { calls }) => sum + calls.refused + calls.broken, 0);
  const attached = attachedIn(measured);
  const seconds = measured.reduce((sum, { took }) => sum + took, 0) / 1000;
  const slowest = Math.max(...measured.map(({ calls }) => calls.slowestMs));
  const whole = timingOf(
    "keyturn rotate",
    measured.map(({ took }) => took),
  );
  const restarts = timingOf(
    "the sum of its restarts",
    measured.map(({ restarts: sum }) => sum),
  );
  return [
    {
      what: `attaches over ${measured.length} rotations`,
      figure: `${attached.toLocaleString("en")}, ${Math.round(attached / seconds)}/s`,
      claim: { asked: "0 failed", got: String(failed), met: failed === 0 },
    },
    { what: "the slowest of them", figure: `${slowest} ms` },
    { what: whole.name, timing: whole, claim: atMost(1.5, whole, restarts) },
    { what: restarts.name, timing: restarts },
  ];
}

function attachedIn(measured: readonly MeasuredRotation[]): number {
  return measured.reduce((sum, { calls }) => sum + calls.attached, 0);
}
