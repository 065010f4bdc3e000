import type { Dice } from "./dice.ts";
import type { Round } from "./kind.ts";
import type { Ended, Running } from "../command.ts";
import type { Scene, Values } from "./scene.ts";
import { judgeCrash, judgeMended, type Verdict } from "./verdict.ts";

export interface Crash {
  /** begins the apply that is to be hit */
  readonly start?: (scene: Scene) => Running;
  /** a release that doesn't work: the apply is on its way back when it is hit, or before */
  readonly mode?: Values["mode"];
  /** hits something while the apply runs; resolves with what it was */
  readonly strike: (running: Running) => Promise<string>;
  /** makes good what was broken around the command, before the next run */
  readonly restore?: () => Promise<void>;
}

const nexts: readonly [Round["next"], ...Round["next"][]] = ["applied", "resumed", "returned"];

/**
 * One apply that is hit, what it left, and the next run: a plain apply, one that goes on, or one that goes back, in turn.
 */
export async function crashApply(scene: Scene, dice: Dice, crash: Crash): Promise<Round> {
  const before = scene.proved();
  const wanted = scene.renew(crash.mode);
  const running = crash.start?.(scene) ?? scene.start("apply --yes");
  const hit = await crash.strike(running);
  const ended = await running.ended;
  await crash.restore?.();
  const left = await judgeCrash(scene);
  const open = left.trail.rollouts.some(({ state }) => state === "running");
  const next = open ? dice.choose<Round["next"]>(nexts) : "applied";
  const { expected, words } = nextRun(scene, { next, before, wanted });
  const again = await scene.keyturn(words);
  const mended = await judgeMended(scene, expected);
  scene.prove(expected);
  return {
    hit,
    left: leftBy(left, { before, wanted: wanted.number, open }),
    next,
    faults: [
      ...left.faults.map((fault) => `after the crash: ${fault}`),
      ...claimFaults(left, ended, { before, wanted: wanted.number }),
      ...(again.code === 0 ? [] : [`keyturn ${words} ended with ${again.code}: ${again.out}${again.err}`]),
      ...mended.faults.map((fault) => `after keyturn ${words}: ${fault}`),
    ],
  };
}

interface Next {
  readonly next: Round["next"];
  readonly before: number;
  readonly wanted: Values;
}

/** Nobody goes on with a release that doesn't work: it goes back, or a better one follows. */
function nextRun(scene: Scene, { next, before, wanted }: Next): { readonly expected: number; readonly words: string } {
  if (next === "returned") return { expected: before, words: "apply --return --yes" };
  if (wanted.mode === "dies") return { expected: scene.renew().number, words: "apply --yes" };
  return { expected: wanted.number, words: next === "resumed" ? "apply --resume --yes" : "apply --yes" };
}

interface Between {
  readonly before: number;
  readonly wanted: number;
}

function leftBy({ sightings, trail }: Verdict, { before, wanted, open }: Between & { readonly open: boolean }) {
  const found = new Set(sightings.map(({ values }) => values));
  if (found.size > 1) return "between";
  if (found.has(wanted)) return "went new";
  const returned = !open && trail.rollouts[0]?.state === "returned";
  return found.has(before) ? (returned ? "went back" : "stayed old") : "between";
}

/** Who says that it is done, or back, must be right: in the journal, and with its exit code. */
function claimFaults({ sightings, trail }: Verdict, ended: Ended, { before, wanted }: Between): readonly string[] {
  const state = trail.rollouts[0]?.state;
  const back = state === "returned" || state === "failed";
  const expected = ended.code === 0 ? wanted : ended.code === 1 && back ? before : undefined;
  if (expected === undefined) return [];
  return sightings.flatMap(({ target, values, processes }) => [
    ...(values === expected ? [] : [`the command ended with ${ended.code}, and ${target.id} has values ${values}`]),
    ...processes
      .filter((process) => process.values !== expected)
      .map(({ unit, values: runs }) => `the command ended with ${ended.code}, and ${unit} runs with values ${runs}`),
  ]);
}
