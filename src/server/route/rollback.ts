import type { OpenAPIHono } from "@hono/zod-openapi";
import { digestOf, rollBack, type ApplyResult, type RollbackResult } from "#operation";
import type { Started } from "../desk/desk.ts";
import { answer } from "../endpoint.ts";
import type { Env } from "../exchange.ts";
import { asCaller, inBackground, type Installation } from "../installation.ts";
import { environmentParameter } from "../schema/environment.ts";
import { begunRollout, newRollback, nothingToDo, previewedRollback, rollbackProposal } from "../schema/rollout.ts";
import { begunOrNothing, unlessStopped } from "./begun.ts";
import { expectedOf, freezeOf } from "./planned.ts";

const path = "/v1/environments/{environment}/rollback";

/** Values of an earlier release, in a rollout like any other. */
export function rollbackRoutes(app: OpenAPIHono<Env>, installation: Installation): void {
  const begin = {
    method: "post",
    path,
    summary: "the values of an earlier release again, rolled out in the background",
    params: environmentParameter,
    body: newRollback,
    answer: begunRollout,
    status: 202,
    nothing: nothingToDo,
  } as const;
  answer(app, begin, async ({ params: { environment }, body, exchange }) => {
    const request = { part: body.part, ...toOf(body), ...freezeOf(body), ...expectedOf(body) };
    const started = await inBackground(installation, exchange, environment, (context, watcher) =>
      rollBack(context, { ...watcher, ...request, confirm: unlessStopped(watcher.signal) }),
    );
    return begunOrNothing(appliedOf(started));
  });
  const preview = {
    method: "post",
    path: `${path}/preview`,
    summary: "which values would come back; changes nothing",
    params: environmentParameter,
    body: previewedRollback,
    answer: rollbackProposal,
  } as const;
  answer(app, preview, async ({ params: { environment }, body, exchange }) => {
    const request = { part: body.part, ...toOf(body), onEvent: () => undefined, confirm: async () => false };
    const { proposal } = await asCaller(installation, exchange, (at) => rollBack(at, request), environment);
    return { proposal, digest: digestOf(proposal) };
  });
}

function appliedOf(started: Started<RollbackResult>): Started<Pick<ApplyResult, "kind">> {
  if (started.kind === "begun") return started;
  const { result } = started;
  return { kind: "ended", result: { kind: result.kind === "applied" ? result.applied.kind : "cancelled" } };
}

function toOf({ to }: { readonly to?: number | undefined }) {
  return to === undefined ? {} : { to };
}
