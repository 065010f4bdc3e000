import type { OpenAPIHono } from "@hono/zod-openapi";
import { createToken, listTokens, revokeToken } from "#operation";
import { answer } from "../endpoint.ts";
import type { Env } from "../exchange.ts";
import { asCaller, type Installation } from "../installation.ts";
import { oneTimeOf } from "../one-time.ts";
import { nameParameter, newToken, oneTime, tokenList } from "../schema/identity.ts";

export function tokenRoutes(app: OpenAPIHono<Env>, installation: Installation): void {
  const list = { method: "get", path: "/v1/tokens", summary: "service tokens", answer: tokenList } as const;
  answer(app, list, async ({ exchange }) => ({ tokens: await asCaller(installation, exchange, listTokens) }));

  const summary = "a service token, shown once";
  const create = { method: "post", path: "/v1/tokens", summary, body: newToken, answer: oneTime, status: 201 } as const;
  answer(app, create, async ({ body, exchange }) =>
    oneTimeOf(await asCaller(installation, exchange, (context) => createToken(context, body))),
  );

  const path = "/v1/tokens/{name}";
  const revoke = { method: "delete", path, summary: "opens nothing any more", params: nameParameter } as const;
  answer(app, revoke, ({ params: { name }, exchange }) =>
    asCaller(installation, exchange, (context) => revokeToken(context, name)),
  );
}
