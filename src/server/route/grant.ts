import type { OpenAPIHono } from "@hono/zod-openapi";
import { giveGrants, listGrants, retireValue, revokeGrant } from "#operation";
import { answer } from "../endpoint.ts";
import type { Env } from "../exchange.ts";
import { asCaller, type Installation } from "../installation.ts";
import { environmentParameter } from "../schema/environment.ts";
import {
  givenGrants,
  grants,
  nameParameters,
  newGrants,
  retired,
  retireRequest,
  revokedGrant,
  revokedKey,
} from "../schema/value.ts";

/** Who may have a value, and which versions nobody may have any more. */
export function grantRoutes(app: OpenAPIHono<Env>, installation: Installation): void {
  const list = {
    method: "get",
    path: "/v1/environments/{environment}/grants",
    summary: "what services may have, and what they ask for beyond it",
    params: environmentParameter,
    answer: grants,
  } as const;
  answer(app, list, ({ params: { environment }, exchange }) =>
    asCaller(installation, exchange, listGrants, environment),
  );
  const give = {
    method: "post",
    path: "/v1/environments/{environment}/grants",
    summary: "gives services what their contracts ask for",
    params: environmentParameter,
    body: newGrants,
    answer: givenGrants,
  } as const;
  answer(app, give, async ({ params: { environment }, body, exchange }) => ({
    grants: await asCaller(installation, exchange, (context) => giveGrants(context, body.grants), environment),
  }));
  const revoke = {
    method: "post",
    path: "/v1/environments/{environment}/grants/revoke",
    summary: "takes a grant back; what was delivered stays until the next apply",
    params: environmentParameter,
    body: revokedKey,
    answer: revokedGrant,
  } as const;
  answer(app, revoke, async ({ params: { environment }, body, exchange }) => ({
    revoked: await asCaller(installation, exchange, (context) => revokeGrant(context, body), environment),
  }));
  retireRoute(app, installation);
}

function retireRoute(app: OpenAPIHono<Env>, installation: Installation): void {
  const retire = {
    method: "post",
    path: "/v1/environments/{environment}/secrets/{name}/retire",
    summary: "ends versions for good, on the hosts too",
    params: nameParameters,
    body: retireRequest,
    answer: retired,
  } as const;
  answer(app, retire, ({ params: { environment, name }, body, exchange }) => {
    const { service, host, version, compromised = false, preview = false } = body;
    const scope = { ...(service === undefined ? {} : { service }), ...(host === undefined ? {} : { host }) };
    const choice = { name, scope, compromised, ...(version === undefined ? {} : { version }) };
    const work = { ...choice, confirm: async () => !preview };
    return asCaller(installation, exchange, (context) => retireValue(context, work), environment);
  });
}
