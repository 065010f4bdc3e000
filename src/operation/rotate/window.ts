import type { PairNames } from "#binding";
import { holdersOf } from "#rotation";
import type { JournalStep, Rotation } from "#store";
import { inEnvironment, type Context } from "../context.ts";
import { loadDeployed } from "../deploy/deployed.ts";
import { oneValueOf } from "./one-value.ts";
import type { NewEntry } from "./rotation-record.ts";

/**
 * For how long calls from one service to another may have failed while both changed together: from the first file in place
 * to the last instance that was seen to run, by the journal of the rollout.
 */
export async function windowsOf(context: Context, rotation: Rotation): Promise<readonly NewEntry[]> {
  const { name, rollout } = rotation;
  if (rollout === undefined) return [];
  const { platform } = await loadDeployed(context);
  const steps = await inEnvironment(context, ({ rollouts }) => rollouts.steps(rollout));
  const outside = await outsideWindow(context, rotation, steps);
  const between = holdersOf(platform.services, name, () => true, pairIn(rotation)).flatMap(({ service, to }) =>
    to.flatMap((receiver) => {
      const ms = spanOf(steps, [service, receiver]);
      const detail = `${(Number(ms) / 1000).toFixed(1)} s in which calls to ${receiver} may have failed`;
      return ms === undefined ? [] : [{ kind: "window", subject: service, detail }];
    }),
  );
  return [...outside, ...between];
}

function pairIn({ name, companion }: Rotation): PairNames | undefined {
  return companion === undefined ? undefined : [name, companion.name];
}

/** From before the value was changed outside. */
async function outsideWindow(
  context: Context,
  rotation: Rotation,
  steps: readonly JournalStep[],
): Promise<readonly NewEntry[]> {
  const issuance = await oneValueOf(context, rotation);
  const last = steps.findLast(({ step, state }) => step.startsWith("verify") && state === "done")?.at;
  if (issuance === undefined || last === undefined) return [];
  const seconds = ((last - issuance.startedAt) / 1000).toFixed(1);
  return [
    { kind: "window", subject: rotation.name, detail: `${seconds} s in which new connections may have been refused` },
  ];
}

/** undefined where one of the two did not change in this rollout */
function spanOf(steps: readonly JournalStep[], services: readonly string[]): number | undefined {
  const own = services.map((service) => steps.filter(({ target }) => target.startsWith(`${service}@`)));
  const begins = own.flatMap((rows) => rows.filter(({ step }) => step === "swap").map(({ at }) => at));
  const ends = own.map((rows) => rows.findLast(({ step, state }) => step.startsWith("verify") && state === "done")?.at);
  const last = ends.reduce((max, at) => (max === undefined || at === undefined ? undefined : Math.max(max, at)), 0);
  return begins.length === 0 || last === undefined ? undefined : last - Math.min(...begins);
}
