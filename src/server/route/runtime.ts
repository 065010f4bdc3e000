import type { OpenAPIHono, z } from "@hono/zod-openapi";
import {
  createRuntime,
  listRuntimes,
  removeRuntime,
  restartRuntimes,
  type ApplyResult,
  type Context,
} from "#operation";
import type { Attended } from "../desk/attend.ts";
import { answer } from "../endpoint.ts";
import { asCaller, inBackground, type Env, type Installation } from "../installation.ts";
import { environmentParameter } from "../schema/environment.ts";
import { begunRollout, nothingToDo } from "../schema/rollout.ts";
import { createdRuntime, newRuntime, restart, runtimes, serviceQuery, userParameter } from "../schema/runtime.ts";
import { begunOrNothing, unlessStopped } from "./begun.ts";

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
}

function restarting({ user, service, now }: z.output<typeof restart>) {
  return (context: Context, watcher: Attended): Promise<ApplyResult> =>
    restartRuntimes(context, {
      ...watcher,
      ...named(service),
      ...(user === undefined ? {} : { user }),
      ...(now === undefined ? {} : { now }),
      confirm: unlessStopped(watcher.signal),
    });
}

function named(service: string | undefined): { readonly service?: string } {
  return service === undefined ? {} : { service };
}
