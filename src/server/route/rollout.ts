import type { OpenAPIHono } from "@hono/zod-openapi";
import {
  applyPlatform,
  findRemainder,
  pauseRollout,
  resumeRollout,
  rolloutPlan as planOf,
  rolloutProgress,
  takeRolloutBack,
  type Context,
} from "#operation";
import { answer } from "../endpoint.ts";
import type { Env } from "../exchange.ts";
import { asCaller, inBackground, type Installation } from "../installation.ts";
import { environmentParameter } from "../schema/environment.ts";
import {
  begunRollout,
  newRollout,
  nothingToDo,
  plannedRollout,
  previewedRollout,
  remainder,
  rollout,
  rolloutParameters,
  rolloutPlan,
} from "../schema/rollout.ts";
import { begunOf, begunOrNothing, unlessStopped } from "./begun.ts";
import { expectedOf, freezeOf, planned } from "./planned.ts";
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
  answer(app, begin, async ({ params: { environment }, body, exchange }) => {
    const request = { part: body.part, ...freezeOf(body), ...expectedOf(body) };
    const started = await inBackground(installation, exchange, environment, (context, watcher) =>
      applyPlatform(context, { ...watcher, ...request, confirm: unlessStopped(watcher.signal) }),
    );
    return begunOrNothing(started);
  });
  previewRoute(app, installation);
  openRoute(app, installation);
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
  const confirmed = {
    method: "get",
    path: `${one}/plan`,
    summary: "what it was to change when it was confirmed",
    params: rolloutParameters,
    answer: rolloutPlan,
  } as const;
  answer(app, confirmed, async ({ params: { environment, rollout: id }, exchange }) => ({
    plan: await asCaller(installation, exchange, (context) => planOf(context, id), environment),
  }));
  rolloutEvents(app, installation);
  pauseRoute(app, installation);
  endOpen(app, installation, { verb: "continue", summary: "goes on with one that is open", end: resumeRollout });
  endOpen(app, installation, { verb: "take-back", summary: "takes back what it changed", end: takeRolloutBack });
}

function previewRoute(app: OpenAPIHono<Env>, installation: Installation): void {
  const preview = {
    method: "post",
    path: `${all}/preview`,
    summary: "what an apply would do, and what keeps it from beginning; begins nothing",
    params: environmentParameter,
    body: previewedRollout,
    answer: plannedRollout,
  } as const;
  answer(app, preview, ({ params: { environment }, body, exchange }) => {
    const request = { part: body.part, ...freezeOf(body) };
    const ask = (context: Context) => planned((asking) => applyPlatform(context, { ...request, ...asking }));
    return asCaller(installation, exchange, ask, environment);
  });
}

/** Before the routes of one: no rollout is called so. */
function openRoute(app: OpenAPIHono<Env>, installation: Installation): void {
  const open = {
    method: "get",
    path: `${all}/open`,
    summary: "the one that was stopped or killed, and what is left of it",
    params: environmentParameter,
    answer: remainder,
  } as const;
  answer(app, open, ({ params: { environment }, exchange }) =>
    asCaller(installation, exchange, findRemainder, environment),
  );
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
