import type { OpenAPIHono, z } from "@hono/zod-openapi";
import { confirmCandidates, scanHosts, type CandidatePlace } from "#operation";
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
  answer(app, confirm, ({ body: { places = [], ...body }, exchange }) =>
    asCaller(installation, exchange, (context) =>
      confirmCandidates(context, { ...body, places: places.map(placeFrom) }),
    ),
  );
  const hosts = {
    method: "post",
    path: "/v1/environments/{environment}/scan/hosts",
    summary: "has hosts look for the values that they hold, outside of their places; answers when all have ended",
    params: environmentParameter,
    body: hostScanRequest,
    answer: hostScan,
  } as const;
  answer(app, hosts, ({ params: { environment }, body: { hosts: names, keep = false }, exchange }) =>
    asCaller(installation, exchange, (context) => scanHosts(context, { hosts: names, keep }), environment),
  );
}

type SentPlace = NonNullable<z.output<typeof confirmRequest>["places"]>[number];

function placeFrom({ commit, place: { line, byte, ...place }, ...state }: SentPlace): CandidatePlace {
  return {
    ...state,
    ...(commit === undefined ? {} : { commit }),
    place: { ...place, ...(line === undefined ? {} : { line }), ...(byte === undefined ? {} : { byte }) },
  };
}
