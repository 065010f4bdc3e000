import { AppError } from "#kernel";
import type { Lab } from "../lab.ts";
import type { Tell } from "../progress.ts";
import { makeDice, type Dice } from "./dice.ts";
import type { Kind, Round } from "./kind.ts";
import { command } from "./kind/command.ts";
import { disk, inodes, readOnly } from "./kind/file-system.ts";
import { helper, host, network, sshd } from "./kind/machine.ts";
import { step, stepBack } from "./kind/step.ts";
import { backup, creation, migration, rekey, restore } from "./kind/store.ts";
import { furnish, openScene, type Scene } from "./scene.ts";

export interface CampaignOptions {
  readonly seed: number;
  /** of each kind */
  readonly rounds?: number;
  /** everything there is to hit, and each of the others four times as often */
  readonly whole: boolean;
  /** over and over until so many have gone */
  readonly minutes?: number;
  readonly only?: string;
  readonly tell: Tell;
  readonly signal: AbortSignal;
}

export interface KindResult {
  readonly kind: Kind;
  readonly rounds: readonly Round[];
  readonly seconds: number;
  /** the rounds of a whole campaign at least */
  readonly whole: boolean;
}

const kinds: readonly Kind[] = [
  step,
  stepBack,
  command,
  helper,
  sshd,
  network,
  host,
  disk,
  readOnly,
  inodes,
  backup,
  restore,
  rekey,
  migration,
  creation,
];

/** Breaks what is at work, kind by kind, and tells of each round in a line: what was hit, and what came of it. */
export async function runCampaign(lab: Lab, options: CampaignOptions): Promise<readonly KindResult[]> {
  const chosen = kinds.filter(({ name }) => options.only === undefined || name === options.only);
  if (chosen.length === 0) {
    throw new AppError("USAGE", `there is no kind ${options.only}`, {
      hint: `there are ${kinds.map(({ name }) => name).join(", ")}`,
    });
  }
  const scene = await openScene(lab);
  try {
    await furnish(scene);
    options.tell(`an apply takes ${(scene.pace() / 1000).toFixed(1)} s here; seed ${options.seed}`);
    return await runKinds(scene, chosen, options);
  } finally {
    await scene.remove();
  }
}

/** Once, or over and over until the time is up. */
async function runKinds(scene: Scene, chosen: readonly Kind[], options: CampaignOptions): Promise<KindResult[]> {
  const { minutes } = options;
  const deadline = minutes === undefined ? Number.POSITIVE_INFINITY : performance.now() + minutes * 60_000;
  const dice = new Map(chosen.map((kind) => [kind, makeDice(options.seed + kinds.indexOf(kind))]));
  const again = () => minutes !== undefined && performance.now() < deadline;
  let results: KindResult[] = [];
  do {
    for (const kind of chosen) {
      const result = await runKind(scene, kind, { ...options, deadline, dice: dice.get(kind) ?? makeDice(0) });
      results = added(results, result);
    }
  } while (again());
  return results;
}

function added(results: readonly KindResult[], { kind, rounds, seconds, whole }: KindResult): KindResult[] {
  const earlier = results.find((result) => result.kind === kind);
  const sum = {
    kind,
    rounds: [...(earlier?.rounds ?? []), ...rounds],
    seconds: seconds + (earlier?.seconds ?? 0),
    whole: whole || earlier?.whole === true,
  };
  return [...results.filter((result) => result !== earlier), sum];
}

interface KindRun extends CampaignOptions {
  readonly deadline: number;
  readonly dice: Dice;
}

async function runKind(scene: Scene, kind: Kind, options: KindRun): Promise<KindResult> {
  const { tell, signal, deadline, dice } = options;
  const start = performance.now();
  const all = (await kind.count?.(scene)) ?? 4 * kind.rounds;
  const wanted = options.rounds ?? (options.whole || options.minutes !== undefined ? all : kind.rounds);
  const rounds: Round[] = [];
  try {
    while (rounds.length < wanted && performance.now() < deadline) {
      signal.throwIfAborted();
      const round = await tried(scene, { kind, dice, signal });
      rounds.push(round);
      tell(`${kind.name} ${rounds.length} of ${wanted}: ${told(round)}`);
    }
  } finally {
    await kind.mend?.(scene);
  }
  const seconds = (performance.now() - start) / 1000;
  const bad = rounds.filter(({ faults }) => faults.length > 0).length;
  tell(`${kind.name}: ${rounds.length} rounds in ${seconds.toFixed(0)} s, ${bad === 0 ? "all well" : `${bad} failed`}`);
  return { kind, rounds, seconds, whole: rounds.length >= all };
}

interface Trial {
  readonly kind: Kind;
  readonly dice: Dice;
  readonly signal: AbortSignal;
}

/** A round whose outcome can't even be judged, for the store doesn't open, say, has failed; the others are still tried. */
async function tried(scene: Scene, { kind, dice, signal }: Trial): Promise<Round> {
  try {
    return await kind.round(scene, dice);
  } catch (error) {
    if (signal.aborted) throw error;
    return { hit: "something", left: "unknown", next: "nothing", faults: [String(error)] };
  }
}

function told({ hit, left, next, faults }: Round): string {
  return faults.length === 0 ? `${hit}; ${left}; ${next}` : `${hit}: FAILED: ${faults.join("; ").replace(/\s+/g, " ")}`;
}
