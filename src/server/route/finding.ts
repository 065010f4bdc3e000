import type { OpenAPIHono } from "@hono/zod-openapi";
import { acceptFinding, listFindings } from "#operation";
import { answer } from "../endpoint.ts";
import type { Env } from "../exchange.ts";
import { asCaller, type Installation } from "../installation.ts";
import { environmentParameter } from "../schema/environment.ts";
import { acceptRequest, findingParameters, findings, listedFinding } from "../schema/finding.ts";

/** What scans found, and what may stand. */
export function findingRoutes(app: OpenAPIHono<Env>, installation: Installation): void {
  const list = {
    method: "get",
    path: "/v1/environments/{environment}/findings",
    summary: "where scans found values and other credentials, and what became of it",
    params: environmentParameter,
    answer: findings,
  } as const;
  answer(app, list, async ({ params: { environment }, exchange }) => ({
    findings: await asCaller(installation, exchange, listFindings, environment),
  }));
  const accept = {
    method: "post",
    path: "/v1/environments/{environment}/findings/{finding}/accept",
    summary: "lets a finding stand until a day; never one of a value that is live",
    params: findingParameters,
    body: acceptRequest,
    answer: listedFinding,
  } as const;
  answer(app, accept, ({ params: { environment, finding: id }, body, exchange }) =>
    asCaller(installation, exchange, (context) => acceptFinding(context, { id, ...body }), environment),
  );
}
