import type { OpenAPIHono } from "@hono/zod-openapi";
import { confirmCandidates, scanHosts } from "#operation";
import { answer } from "../endpoint.ts";
import type { Env } from "../exchange.ts";
import { asCaller, type Installation } from "../installation.ts";
import { environmentParameter } from "../schema/environment.ts";
import { hostScan, hostScanRequest } from "../schema/host-scan.ts";
import { confirmation, confirmRequest } from "../schema/scan.ts";

/** Machines that look for values, with a kit or because they hold them: no text comes in, and no value goes out. */
export function scanRoutes(app: OpenAPIHono<Env>, installation: Installation): void {
  const confirm = {
    method: "post",
    path: "/v1/scan/confirm",
    summary: "which candidates of a scan kit are values, in the environments that the caller may look at",
    body: confirmRequest,
    answer: confirmation,
  } as const;
  answer(app, confirm, ({ body, exchange }) =>
    asCaller(installation, exchange, (context) => confirmCandidates(context, body)),
  );
  const hosts = {
    method: "post",
    path: "/v1/environments/{environment}/scan/hosts",
    summary: "has hosts look for the values that they hold, outside of their places; answers when all have ended",
    params: environmentParameter,
    body: hostScanRequest,
    answer: hostScan,
  } as const;
  answer(app, hosts, ({ params: { environment }, body, exchange }) =>
    asCaller(installation, exchange, (context) => scanHosts(context, body), environment),
  );
}
