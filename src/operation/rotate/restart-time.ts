import type { EnvironmentStore, JournalStep } from "#store";

/** Where nothing was rolled out lately, milliseconds. */
const usual = 3000;

/** How long a restart and the checks behind it took on average in the last rollout that restarted anything, milliseconds. */
export async function restartTime({ rollouts }: EnvironmentStore): Promise<number> {
  for (const { id, state } of await rollouts.latest(10)) {
    if (state !== "done") continue;
    const times = restartsIn(await rollouts.steps(id));
    if (times.length > 0) return Math.round(times.reduce((sum, time) => sum + time, 0) / times.length);
  }
  return usual;
}

/** Behind the step before it on the same target, until the instance was seen to run. */
function restartsIn(steps: readonly JournalStep[]): readonly number[] {
  return [...Map.groupBy(steps, ({ target }) => target).values()].flatMap((own) =>
    own.flatMap(({ step, state, at }, index) => {
      if (state !== "done" || !/^verify\b/.test(step)) return [];
      const begin = own.slice(0, index).findLast((one) => !/^(?:drain|restart)\b/.test(one.step));
      return begin === undefined ? [] : [at - begin.at];
    }),
  );
}
