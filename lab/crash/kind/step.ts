import { crashApply } from "../crash-apply.ts";
import type { Kind } from "../kind.ts";
import { atBoundary } from "../moment.ts";
import type { Scene, Values } from "../scene.ts";

/** Boundaries of an apply that goes well, from all over it. */
export const step = stepKind("step", { mode: "well", rounds: 10 }, "SIGKILL of `keyturn apply` at every step boundary");

/** From where one that fails begins to go back: up to there it is like the other. */
export const stepBack = stepKind(
  "step-back",
  { mode: "dies", rounds: 5 },
  "the same on the way back of an apply that fails",
);

function stepKind(name: string, { mode, rounds }: StepSize, what: string): Kind {
  let [done, first, all] = [0, 1, 1];
  return {
    name,
    what,
    rounds,
    count: async (scene) => {
      const passed = await boundariesOf(scene, mode);
      first = mode === "well" ? 1 : wayBack(passed);
      all = passed.length - first + 1;
      return all;
    },
    round: (scene, dice) => {
      const number = first + spread(done, all);
      done += 1;
      const { options, passed } = atBoundary(scene, number);
      return crashApply(scene, dice, {
        mode,
        start: () => scene.start("apply --yes", options),
        strike: async ({ ended }) => {
          await ended;
          return `boundary ${number}: ${passed().at(-1) ?? "not reached"}`;
        },
      });
    },
  };
}

interface StepSize {
  readonly mode: Values["mode"];
  readonly rounds: number;
}

/** `index` of a walk over 0…all-1 that meets each once, and of which any beginning is spread over the whole. */
function spread(index: number, all: number): number {
  const golden = Math.max(1, Math.round(all * 0.618));
  const stride =
    Array.from({ length: all }, (_, more) => golden + more).find((one) => commonDivisor(one, all) === 1) ?? 1;
  return (index * stride) % all;
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}

/** By an apply that nobody kills. One that goes back leaves everything as it was. */
async function boundariesOf(scene: Scene, mode: Values["mode"]): Promise<readonly string[]> {
  const { options, passed } = atBoundary(scene, 0);
  const { number } = scene.renew(mode);
  const { code, out, err } = await scene.keyturn("apply --yes", options);
  if (code !== (mode === "well" ? 0 : 1)) throw new Error(`the apply to count ended with ${code}\n${out}${err}`);
  if (mode === "well") scene.prove(number);
  return passed();
}

/** Number of the first boundary behind the last request of the way there. */
function wayBack(passed: readonly string[]): number {
  const at = passed.indexOf("request return");
  const before = passed.findLastIndex((what, index) => index < at && what === "request verify");
  if (before === -1) throw new Error("the apply did not go back");
  return before + 2;
}
