import type { OpenAPIHono } from "@hono/zod-openapi";
import { confirmCandidates } from "#operation";
import { answer } from "../endpoint.ts";
import type { Env } from "../exchange.ts";
import { asCaller, type Installation } from "../installation.ts";
import { confirmation, confirmRequest } from "../schema/scan.ts";

/** For machines that look for values with a kit: no text comes in, and no value goes out. */
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
}
