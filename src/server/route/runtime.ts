import type { OpenAPIHono, z } from "@hono/zod-openapi";
import {
  createRuntime,
  listRuntimes,
  removeRuntime,
  restartRuntimes,
  type ApplyResult,
  type Context,
  type CreatedRuntime,
} from "#operation";
import type { Attended } from "../desk/attend.ts";
import { answer } from "../endpoint.ts";
import type { Env } from "../exchange.ts";
import { asCaller, inBackground, type Installation } from "../installation.ts";
import { environmentParameter } from "../schema/environment.ts";
import { begunRollout, nothingToDo, plannedRollout } from "../schema/rollout.ts";
import {
  begunRuntime,
  createdRuntime,
  newRuntime,
  previewedRestart,
  removedRuntime,
  restart,
  runtimes,
  serviceQuery,
  userParameter,
} from "../schema/runtime.ts";
import { begunOrNothing, unlessStopped } from "./begun.ts";
import { expectedOf, planned } from "./planned.ts";

const ofEnvironment = "/v1/environments/{environment}/runtimes";
/** what other services of the platform call, with the platform's own token: see `knowProvisioner` */
const internal = "/v1/internal/runtimes";

/** What runs for users. */
export function runtimeRoutes(app: OpenAPIHono<Env>, installation: Installation): void {
  const list = {
    summary: "what runs for users: whose, where, in which state",
    method: "get",
    answer: runtimes,
  } as const;
  const listed = async (context: Context) => ({ runtimes: await listRuntimes(context) });
  answer(app, { ...list, path: ofEnvironment, params: environmentParameter }, ({ params: { environment }, exchange }) =>
    asCaller(installation, exchange, listed, environment),
  );
  answer(app, { ...list, path: internal }, ({ exchange }) => asCaller(installation, exchange, listed));
  const again = {
    summary: "makes runtimes anew: one first, then waves, in the background",
    method: "post",
    body: restart,
    answer: begunRollout,
    status: 202,
    nothing: nothingToDo,
  } as const;
  const onDemand = { ...again, path: `${ofEnvironment}/restart`, params: environmentParameter } as const;
  answer(app, onDemand, async ({ params: { environment }, body, exchange }) =>
    begunOrNothing(await inBackground(installation, exchange, environment, restarting(body))),
  );
  answer(app, { ...again, path: `${internal}/restart` }, async ({ body, exchange }) =>
    begunOrNothing(await inBackground(installation, exchange, undefined, restarting(body))),
  );
  const preview = {
    summary: "which runtimes a restart would make anew; begins nothing",
    method: "post",
    path: `${ofEnvironment}/restart/preview`,
    params: environmentParameter,
    body: previewedRestart,
    answer: plannedRollout,
  } as const;
  answer(app, preview, ({ params: { environment }, body, exchange }) => {
    const ask = (context: Context) =>
      planned((asking) => restartRuntimes(context, { ...asking, ...whichOf(body), confirm: async () => false }));
    return asCaller(installation, exchange, ask, environment);
  });
  createRoutes(app, installation);
  removeRoutes(app, installation);
}

function createRoutes(app: OpenAPIHono<Env>, installation: Installation): void {
  const create = {
    method: "post",
    path: internal,
    summary: "a runtime for a user, healthy when it answers",
    body: newRuntime,
    answer: createdRuntime,
    status: 201,
  } as const;
  answer(app, create, ({ body: { user, service }, exchange }) =>
    asCaller(installation, exchange, (context) => createRuntime(context, { user, ...named(service) })),
  );
  const begin = {
    method: "post",
    path: ofEnvironment,
    summary: "a runtime for a user, made in the background; what does not come up is taken away again",
    params: environmentParameter,
    body: newRuntime,
    answer: begunRuntime,
    status: 202,
  } as const;
  answer(app, begin, async ({ params: { environment }, body: { user, service }, exchange }) => {
    const placed = Promise.withResolvers<CreatedRuntime>();
    const started = await inBackground(installation, exchange, environment, (context, watcher) =>
      createRuntime(context, { ...watcher, user, ...named(service), onPlaced: placed.resolve }),
    );
    return started.kind === "ended" ? started.result : { ...(await placed.promise), rollout: started.id };
  });
}

function removeRoutes(app: OpenAPIHono<Env>, installation: Installation): void {
  const remove = {
    method: "delete",
    path: `${internal}/{user}`,
    summary: "takes a user's runtime away",
    params: userParameter,
    query: serviceQuery,
  } as const;
  answer(app, remove, async ({ params: { user }, query: { service }, exchange }) => {
    await asCaller(installation, exchange, (context) => removeRuntime(context, { user, ...named(service) }));
  });
  const onDemand = {
    method: "post",
    path: `${ofEnvironment}/remove`,
    summary: "takes a user's runtime away",
    params: environmentParameter,
    body: newRuntime,
    answer: removedRuntime,
  } as const;
  answer(app, onDemand, ({ params: { environment }, body: { user, service }, exchange }) =>
    asCaller(installation, exchange, (context) => removeRuntime(context, { user, ...named(service) }), environment),
  );
}

function restarting({ now, ...body }: z.output<typeof restart>) {
  return (context: Context, watcher: Attended): Promise<ApplyResult> =>
    restartRuntimes(context, {
      ...watcher,
      ...whichOf(body),
      ...expectedOf(body),
      ...(now === undefined ? {} : { now }),
      confirm: unlessStopped(watcher.signal),
    });
}

function whichOf({ user, service }: z.output<typeof previewedRestart>) {
  return { ...named(service), ...(user === undefined ? {} : { user }) };
}

function named(service: string | undefined): { readonly service?: string } {
  return service === undefined ? {} : { service };
}
