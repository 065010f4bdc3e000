import type { OpenAPIHono } from "@hono/zod-openapi";
import { AppError } from "#kernel";
import {
  continueRotation,
  holdRotation,
  listRotations,
  listUnkept,
  planRotation,
  returnRotation,
  rotateSecret,
  rotationDigest,
  rotationProgress,
  rotationUse,
} from "#operation";
import type { Started } from "../desk/desk.ts";
import { answer } from "../endpoint.ts";
import type { Env } from "../exchange.ts";
import { asCaller, inBackground, mayBeNearby, type Installation } from "../installation.ts";
import { environmentParameter, limitQuery } from "../schema/environment.ts";
import {
  begunRotation,
  newRotation,
  plannedRotation,
  rotation,
  rotationGoesOn,
  rotationParameters,
  rotationQuestion,
  rotations,
  rotationUse as useForm,
} from "../schema/rotation.ts";
import { unlessStopped } from "./begun.ts";
import { rotationEvents } from "./rotation-events.ts";
import { scopeOf, valueOf, type Place } from "./sent-value.ts";

const all = "/v1/environments/{environment}/rotations";
const one = `${all}/{rotation}`;

/** Rotations that go on behind the answer, carried out by this process. */
export function rotationRoutes(app: OpenAPIHono<Env>, installation: Installation): void {
  lookRoutes(app, installation);
  rotationEvents(app, installation);
  beginRoutes(app, installation);
  holdRoute(app, installation);
  endOpen(app, installation, { verb: "continue", summary: "goes on with one that is open", end: continueRotation });
  endOpen(app, installation, { verb: "back", summary: "gives everything the value before again", end: returnRotation });
}

function lookRoutes(app: OpenAPIHono<Env>, installation: Installation): void {
  const list = {
    method: "get",
    path: all,
    summary: "the latest, newest first",
    params: environmentParameter,
    query: limitQuery,
    answer: rotations,
  } as const;
  answer(app, list, async ({ params: { environment }, query: { limit }, exchange }) => ({
    ...(await asCaller(
      installation,
      exchange,
      async (context) => ({ rotations: await listRotations(context, limit), unkept: await listUnkept(context) }),
      environment,
    )),
  }));
  const look = {
    method: "get",
    path: one,
    summary: "how far it has come, and what proved it",
    params: rotationParameters,
    answer: rotation,
  } as const;
  answer(app, look, ({ params: { environment, rotation: id }, exchange }) =>
    asCaller(installation, exchange, (context) => rotationProgress(context, id), environment),
  );
  const use = {
    method: "get",
    path: `${one}/use`,
    summary: "what instances tell just now: which value they are shown, how calls go",
    params: rotationParameters,
    answer: useForm,
  } as const;
  answer(app, use, ({ params: { environment, rotation: id }, exchange }) =>
    asCaller(installation, exchange, (context) => rotationUse(context, id), environment),
  );
}

function beginRoutes(app: OpenAPIHono<Env>, installation: Installation): void {
  const preview = {
    method: "post",
    path: `${all}/preview`,
    summary: "what a rotation would do, without values; begins nothing",
    params: environmentParameter,
    body: rotationQuestion,
    answer: plannedRotation,
  } as const;
  answer(app, preview, async ({ params: { environment }, body, exchange }) => {
    const { given = false } = body;
    const question = questionOf(body);
    const plan = await asCaller(
      installation,
      exchange,
      (context) => planRotation(context, question, { given }),
      environment,
    );
    return { plan, digest: rotationDigest(plan) };
  });
  const begin = {
    method: "post",
    path: all,
    summary: "a rotation in the background, as it was shown",
    params: environmentParameter,
    body: newRotation,
    answer: begunRotation,
    status: 202,
  } as const;
  answer(app, begin, async ({ params: { environment }, body, exchange }) => {
    refuseUnconfirmed(body);
    refuseHalf(body);
    const { asIs = false } = body;
    const isGiven = body.value !== undefined || body.base64 !== undefined;
    const nearby = mayBeNearby(installation, exchange, body);
    const companion = body.companion === undefined ? {} : { companion: valueOf(body.companion) };
    const given = isGiven ? { value: { value: valueOf(body), ...companion, origin, asIs, nearby } } : {};
    const request = { ...questionOf(body), ...given, expected: body.expected, patience: patienceOf(body) };
    const started = await inBackground(installation, exchange, environment, (context, watcher) =>
      rotateSecret(context, { ...watcher, ...request, confirm: unlessStopped(watcher.signal) }),
    );
    return begunOf(started);
  });
}

const origin = "api";

function holdRoute(app: OpenAPIHono<Env>, installation: Installation): void {
  const hold = {
    method: "post",
    path: `${one}/hold`,
    summary: "stops it at the end of what it is at; it stays open",
    params: rotationParameters,
    answer: begunRotation,
    status: 202,
  } as const;
  answer(app, hold, async ({ params: { environment, rotation: id }, exchange }) => {
    const stop = installation.desk.stopOf(id);
    await asCaller(installation, exchange, (context) => holdRotation(context, id, stop), environment);
    return { rotation: id };
  });
}

interface End {
  readonly verb: "continue" | "back";
  readonly summary: string;
  readonly end: typeof continueRotation;
}

function endOpen(app: OpenAPIHono<Env>, installation: Installation, { verb, summary, end }: End): void {
  const endpoint = {
    method: "post",
    path: `${one}/${verb}`,
    summary,
    params: rotationParameters,
    body: rotationGoesOn,
    answer: begunRotation,
    status: 202,
  } as const;
  answer(app, endpoint, async ({ params: { environment, rotation: name }, body, exchange }) => {
    const request = { name, patience: patienceOf(body) };
    const started = await inBackground(installation, exchange, environment, (context, watcher) =>
      end(context, { ...watcher, ...request, confirm: unlessStopped(watcher.signal) }),
    );
    return begunOf(started);
  });
}

interface Asked extends Place {
  readonly name: string;
  readonly compromised?: boolean | undefined;
  readonly confirm?: string | undefined;
}

interface Sent {
  readonly value?: string | undefined;
  readonly base64?: string | undefined;
  readonly companion?: object | undefined;
}

function questionOf({ name, compromised = false, ...place }: Asked) {
  return { name, scope: scopeOf(place), compromised };
}

/** Calls fail meanwhile: nobody begins that by one click too many. */
function refuseUnconfirmed({ name, compromised = false, confirm }: Asked): void {
  if (!compromised || confirm === name) return;
  throw new AppError("REQUEST_INVALID", "a compromised value is rotated with an outage, which was not confirmed", {
    hint: "`confirm` is the name once more",
  });
}

/** A key alone would be left out without a word. */
function refuseHalf({ value, base64, companion }: Sent): void {
  if (companion === undefined || value !== undefined || base64 !== undefined) return;
  throw new AppError("REQUEST_INVALID", "a `companion` was sent, and no `value` beside it");
}

function patienceOf({ wait = 300 }: { readonly wait?: number | undefined }): number {
  return wait * 1000;
}

/** CANCELLED where none was begun: whoever asked has confirmed, so that only a stop of the server keeps it from that. */
function begunOf(started: Started<unknown>) {
  if (started.kind === "begun") {
    const { id, after } = started;
    return { rotation: id, ...(after === undefined ? {} : { after }) };
  }
  throw new AppError("CANCELLED", "the server is being stopped, nothing was begun");
}
