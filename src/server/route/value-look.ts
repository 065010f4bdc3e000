import type { OpenAPIHono } from "@hono/zod-openapi";
import { explainValue, valueHistory as historyOf, whoHolds } from "#operation";
import { answer } from "../endpoint.ts";
import type { Env } from "../exchange.ts";
import { asCaller, type Installation } from "../installation.ts";
import { explanation, holders, hostQuery, valueHistory } from "../schema/value-look.ts";
import { nameParameters } from "../schema/value.ts";

const one = "/v1/environments/{environment}/secrets/{name}";

/** What is known of one name: versions and fingerprints, never a value. */
export function valueLookRoutes(app: OpenAPIHono<Env>, installation: Installation): void {
  const params = nameParameters;
  const past = {
    method: "get",
    path: `${one}/history`,
    summary: "every version of it, by fingerprint",
    params,
    answer: valueHistory,
  } as const;
  answer(app, past, async ({ params: { environment, name }, exchange }) => ({
    versions: await asCaller(installation, exchange, (context) => historyOf(context, name), environment),
  }));
  const who = {
    method: "get",
    path: `${one}/holders`,
    summary: "which service on which host holds it",
    params,
    answer: holders,
  } as const;
  answer(app, who, ({ params: { environment, name }, exchange }) =>
    asCaller(installation, exchange, (context) => whoHolds(context, name), environment),
  );
  const why = {
    method: "get",
    path: `${one}/explanation`,
    summary: "why it is what it is",
    params,
    query: hostQuery,
    answer: explanation,
  } as const;
  answer(app, why, ({ params: { environment, name }, query: { host }, exchange }) => {
    const request = { name, ...(host === undefined ? {} : { host }) };
    return asCaller(installation, exchange, (context) => explainValue(context, request), environment);
  });
}
