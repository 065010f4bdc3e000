import type { OpenAPIHono } from "@hono/zod-openapi";
import { applyPlatform, pauseRollout, resumeRollout, rolloutProgress, takeRolloutBack } from "#operation";
import { answer } from "../endpoint.ts";
import { asCaller, inBackground, type Env, type Installation } from "../installation.ts";
import { environmentParameter } from "../schema/environment.ts";
import { begunRollout, newRollout, nothingToDo, rollout, rolloutParameters } from "../schema/rollout.ts";
import { begunOf, begunOrNothing, unlessStopped } from "./begun.ts";
import { rolloutEvents } from "./rollout-events.ts";

const all = "/v1/environments/{environment}/rollouts";
const one = `${all}/{rollout}`;

/** Rollouts that go on behind the answer, carried out by this process. */
export function rolloutRoutes(app: OpenAPIHono<Env>, installation: Installation): void {
  const begin = {
    method: "post",
    path: all,
    summary: "an apply in the background",
    params: environmentParameter,
    body: newRollout,
    answer: begunRollout,
    status: 202,
    nothing: nothingToDo,
  } as const;
  answer(app, begin, async ({ params: { environment }, body: { part }, exchange }) => {
    const started = await inBackground(installation, exchange, environment, (context, watcher) =>
      applyPlatform(context, { ...watcher, part, confirm: unlessStopped(watcher.signal) }),
    );
    return begunOrNothing(started);
  });
  const look = {
    method: "get",
    path: one,
    summary: "how far it has come",
    params: rolloutParameters,
    answer: rollout,
  } as const;
  answer(app, look, ({ params: { environment, rollout: id }, exchange }) =>
    asCaller(installation, exchange, (context) => rolloutProgress(context, id), environment),
  );
  rolloutEvents(app, installation);
  pauseRoute(app, installation);
  endOpen(app, installation, { verb: "continue", summary: "goes on with one that is open", end: resumeRollout });
  endOpen(app, installation, { verb: "take-back", summary: "takes back what it changed", end: takeRolloutBack });
}

function pauseRoute(app: OpenAPIHono<Env>, installation: Installation): void {
  const pause = {
    method: "post",
    path: `${one}/pause`,
    summary: "stops it behind its present step; it stays open",
    params: rolloutParameters,
    answer: begunRollout,
    status: 202,
  } as const;
  answer(app, pause, async ({ params: { environment, rollout: id }, exchange }) => {
    const stop = installation.desk.stopOf(id);
    await asCaller(installation, exchange, (context) => pauseRollout(context, id, stop), environment);
    return { rollout: id };
  });
}

interface End {
  readonly verb: "continue" | "take-back";
  readonly summary: string;
  readonly end: typeof resumeRollout;
}

function endOpen(app: OpenAPIHono<Env>, installation: Installation, { verb, summary, end }: End): void {
  const endpoint = {
    method: "post",
    path: `${one}/${verb}`,
    summary,
    params: rolloutParameters,
    answer: begunRollout,
    status: 202,
  } as const;
  answer(app, endpoint, async ({ params: { environment, rollout: id }, exchange }) => {
    const started = await inBackground(installation, exchange, environment, (context, watcher) =>
      end(context, { ...watcher, rollout: id, confirm: unlessStopped(watcher.signal) }),
    );
    return begunOf(started);
  });
}
