import * as fc from "fast-check";
import { ownTime } from "./growth.ts";
import type { Target } from "./target.ts";

/** Milliseconds, or how many times as many inputs as one of `npm test` has: the same ones on every machine. */
export type Limit = { readonly time: number } | { readonly times: number };

export interface Search {
  readonly seed: number;
  readonly until: Limit;
  /** told of each input before it is tried */
  readonly onInput?: (input: Uint8Array) => void;
}

export interface Searched {
  readonly runs: number;
  readonly finding?: { readonly input: Uint8Array; readonly problem: string };
}

/** what a reader may compute for one input of these sizes, ms; measured again before it counts */
const patience = 2000;

/** Tries one target up to its limit or until a law is broken; then the smallest input that breaks one. */
export async function search(target: Target, { seed, until, onInput }: Search): Promise<Searched> {
  let runs = 0;
  let running = Promise.resolve();
  const property = fc.asyncProperty(target.input, async (input) => {
    runs += 1;
    onInput?.(input);
    running = tryInput(target, Buffer.from(input));
    await running;
  });
  const found = await fc.check(property, {
    seed,
    ...("times" in until
      ? { numRuns: until.times * target.runs }
      : { numRuns: Number.MAX_SAFE_INTEGER, interruptAfterTimeLimit: until.time, markInterruptAsFailure: false }),
  });
  // the one that the end of the time cut short goes on: the next reader may use the same folder
  await running.catch(() => undefined);
  if (!found.failed || found.counterexample === null) return { runs };
  const [input] = found.counterexample;
  return { runs, finding: { input, problem: problemOf(found.errorInstance) } };
}

/** Throws when a law is broken, by the target's own laws or by its time. */
export async function tryInput(target: Target, input: Buffer): Promise<void> {
  for (let times = 0; times < 3; times += 1) {
    const begin = ownTime();
    await target.check(input);
    if (ownTime() - begin < patience) return;
  }
  throw new Error(`takes longer than ${patience} ms for ${input.byteLength} bytes`);
}

function problemOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const place = /\bsrc\/[\w/.-]+:\d+/.exec(error.stack ?? "")?.[0];
  return `${error.name}: ${error.message.slice(0, 400)}${place === undefined ? "" : ` (${place})`}`;
}
