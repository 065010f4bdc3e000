import type { OpenAPIHono, z } from "@hono/zod-openapi";
import {
  findDrift,
  listAudit,
  listRollouts,
  listValues,
  planPlatform,
  platformStatus,
  visibleEnvironments,
  whoSaw,
  type Context,
} from "#operation";
import { answer } from "../endpoint.ts";
import type { Env } from "../exchange.ts";
import { asCaller, type Installation } from "../installation.ts";
import {
  audit,
  auditQuery,
  drift,
  environmentParameter,
  environments,
  limitQuery,
  partQuery,
  plan,
  rollouts,
  scopeQuery,
  secrets,
  status,
} from "../schema/environment.ts";
import { sightingQuery, sightings } from "../schema/sighting.ts";

/** What a viewer of an environment sees. Nothing here changes anything, and no answer has a value. */
export function environmentRoutes(app: OpenAPIHono<Env>, installation: Installation): void {
  const summary = "those that the caller may look at";
  const list = { method: "get", path: "/v1/environments", summary, answer: environments } as const;
  answer(app, list, async ({ exchange }) => ({
    environments: await asCaller(installation, exchange, visibleEnvironments),
  }));

  const whole = {
    method: "get",
    path: "/v1/audit",
    summary: "who did what in every environment and in none, newest last",
    query: auditQuery,
    answer: audit,
  } as const;
  answer(app, whole, async ({ query: { limit, subject }, exchange }) => {
    const request = { limit, ...(subject === undefined ? {} : { subject }) };
    return { entries: await asCaller(installation, exchange, (context) => listAudit(context, request)) };
  });
  const look = looking(app, installation);
  look(
    "status",
    { summary: "every instance: release, state, health", query: partQuery, answer: status },
    (at, { part }) => platformStatus(at, listOf(part)),
  );
  look("plan", { summary: "what an apply would change", query: partQuery, answer: plan }, (at, { part }) =>
    planPlatform(at, listOf(part)),
  );
  look("drift", { summary: "what is not as the store says", query: partQuery, answer: drift }, (at, { part }) =>
    findDrift(at, listOf(part)),
  );
  look(
    "secrets",
    { summary: "what the store holds, by fingerprint", query: scopeQuery, answer: secrets },
    async (at, { service, host }) => {
      const scope = { ...(service === undefined ? {} : { service }), ...(host === undefined ? {} : { host }) };
      return { secrets: (await listValues(at, scope)).map((value) => ({ ...value, version: value.number })) };
    },
  );
  look(
    "rollouts",
    { summary: "the latest, newest first", query: limitQuery, answer: rollouts },
    async (at, { limit }) => ({
      rollouts: await listRollouts(at, limit),
    }),
  );
  look(
    "audit",
    { summary: "who did what, newest last", query: auditQuery, answer: audit },
    async (at, { limit, subject }, environment) => ({
      entries: await listAudit(at, { environment, limit, ...(subject === undefined ? {} : { subject }) }),
    }),
  );
  look(
    "sightings",
    { summary: "who saw which secret, and whether it is still in use", query: sightingQuery, answer: sightings },
    (at, { actor, name }) =>
      whoSaw(at, { ...(actor === undefined ? {} : { actor }), ...(name === undefined ? {} : { name }) }),
  );
}

interface Look<Query extends z.ZodType, Answer> {
  readonly summary: string;
  readonly query: Query;
  readonly answer: z.ZodType<unknown, Answer>;
}

function looking(app: OpenAPIHono<Env>, installation: Installation) {
  return <Query extends z.ZodType, Answer>(
    verb: string,
    look: Look<Query, Answer>,
    work: (context: Context, query: z.output<Query>, environment: string) => Promise<Answer>,
  ): void => {
    const path = `/v1/environments/{environment}/${verb}`;
    const endpoint = { method: "get", path, params: environmentParameter, ...look } as const;
    answer(app, endpoint, ({ params: { environment }, query, exchange }) =>
      asCaller(installation, exchange, (context) => work(context, query, environment), environment),
    );
  };
}

function listOf(part: string | readonly string[] | undefined): readonly string[] {
  return part === undefined ? [] : typeof part === "string" ? [part] : part;
}
