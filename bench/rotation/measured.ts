import { performance } from "node:perf_hooks";
import { attempt } from "../../lab/run.ts";
import type { Bench } from "../benchmark.ts";

export interface MeasuredRotation {
  /** of the whole command, milliseconds */
  readonly took: number;
  /** its restarts one after the other, each from its drain until it was seen to run, milliseconds */
  readonly restarts: number;
  readonly calls: Calls;
}

/** As the dialler counted them meanwhile. */
interface Calls {
  readonly attached: number;
  readonly refused: number;
  readonly broken: number;
  readonly slowestMs: number;
}

/** Where its command is run. */
export interface Project {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** One rotation of the shared secret under load. */
export async function measureRotation({ keyturn, signal }: Bench, project: Project): Promise<MeasuredRotation> {
  const words = [process.execPath, keyturn, "rotate", "VOXCORE_SECRET", "--yes", "--json"];
  const begin = performance.now();
  const { status, stdout, stderr } = await attempt(words, { ...project, signal });
  const took = performance.now() - begin;
  if (status !== 0) throw new Error(`the rotation ended with ${status}\n${stdout.slice(-1000)}${stderr.slice(-1000)}`);
  const { calls } = JSON.parse(stdout) as { readonly calls: Calls };
  return { took, restarts: restartsIn(stderr.split("\n")), calls };
}

interface StepEvent {
  readonly kind: string;
  readonly target: string;
  readonly step: string;
  readonly state: string;
  readonly elapsed: number;
}

function restartsIn(lines: readonly string[]): number {
  const begun = new Map<string, number>();
  let sum = 0;
  for (const line of lines) {
    if (!line.startsWith("{")) continue;
    const { kind, target, step, state, elapsed } = JSON.parse(line) as StepEvent;
    const [, verb, instance = ""] = kind === "step" ? (/^(drain|restart|verify)(.*)$/.exec(step) ?? []) : [];
    const key = target + instance;
    if (verb !== undefined && verb !== "verify" && state === "started" && !begun.has(key)) begun.set(key, elapsed);
    if (verb !== "verify" || state !== "done") continue;
    sum += elapsed - (begun.get(key) ?? elapsed);
    begun.delete(key);
  }
  return sum;
}
