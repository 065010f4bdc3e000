import type { OpenAPIHono } from "@hono/zod-openapi";
import { probeCredentials, probeHistory, revealToAccount, revealValue, type Revealed } from "#operation";
import { answer } from "../endpoint.ts";
import { demandHome, isHome, type Env } from "../exchange.ts";
import { asCaller, type Installation } from "../installation.ts";
import { environmentParameter } from "../schema/environment.ts";
import {
  probed,
  probePeriods,
  probeQuery,
  probeRequest,
  revealed,
  revealRequest,
  secretParameters,
} from "../schema/secret.ts";
import { proofOf, visitorOf } from "../visitor.ts";

/** The only answers for which a stored value leaves the store: to an admin who proves it again, and to its own provider. */
export function secretRoutes(app: OpenAPIHono<Env>, installation: Installation): void {
  const { takeTurn } = installation;
  const reveal = {
    method: "post",
    path: "/v1/environments/{environment}/secrets/{name}/reveal",
    summary: "a stored value, for who proves it again",
    params: secretParameters,
    body: revealRequest,
    answer: revealed,
  } as const;
  answer(
    app,
    reveal,
    async ({ params: { environment, name }, body: { service, host, reason, ...proving }, exchange }) => {
      const scope = { ...(service === undefined ? {} : { service }), ...(host === undefined ? {} : { host }) };
      const request = { name, scope, ...(reason === undefined ? {} : { reason }) };
      if (isHome(exchange)) {
        return shown(await asCaller(installation, exchange, (context) => revealValue(context, request), environment));
      }
      const again = { ...request, visitor: visitorOf(installation, exchange), proof: proofOf(proving) };
      const work = () => asCaller(installation, exchange, (context) => revealToAccount(context, again), environment);
      return shown(await takeTurn(work));
    },
  );
  const ask = {
    method: "post",
    path: "/v1/environments/{environment}/probe",
    summary: "asks providers whether stored credentials work",
    params: environmentParameter,
    body: probeRequest,
    answer: probed,
  } as const;
  answer(
    app,
    ask,
    async ({ params: { environment }, body: { only, nearby = false, newAddress = false }, exchange }) => {
      if (nearby || newAddress) demandHome(exchange);
      const request = { ...(only === undefined ? {} : { only }), nearby, newAddress };
      const probe = () =>
        asCaller(installation, exchange, (context) => probeCredentials(context, request), environment);
      return { credentials: await probe() };
    },
  );
  const found = {
    method: "get",
    path: "/v1/environments/{environment}/probes",
    summary: "what probes found until now, without asking anybody",
    params: environmentParameter,
    query: probeQuery,
    answer: probePeriods,
  } as const;
  answer(app, found, async ({ params: { environment }, query: { only }, exchange }) => ({
    periods: await asCaller(installation, exchange, (context) => probeHistory(context, only), environment),
  }));
}

function shown({ version, value }: Revealed) {
  const { name, number, fingerprint, scope } = version;
  const bytes = value.reveal();
  const text = bytes.toString("utf8");
  const content = Buffer.from(text, "utf8").equals(bytes) ? { value: text } : { base64: bytes.toString("base64") };
  return { name, version: number, fingerprint, scope, stored: version, ...content };
}
