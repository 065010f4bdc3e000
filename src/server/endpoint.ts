import { createRoute, type OpenAPIHono, type z } from "@hono/zod-openapi";
import type { Context as Exchange } from "hono";
import type { Env } from "./exchange.ts";
import { failureBody } from "./schema/failure.ts";

/** One thing that the server answers: from it come the check of what is sent, the route and its place in the document. */
export interface Endpoint<Params extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType, Answer> {
  readonly method: "get" | "post" | "put" | "delete";
  /** `/v1/environments/{environment}/plan` */
  readonly path: string;
  readonly summary: string;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  /** 200, 201 where something was made, 202 where it is begun; without one 204 */
  readonly answer?: z.ZodType<unknown, Answer>;
  readonly status?: 201 | 202;
  /** the answer with 200 in place of that status, where there was nothing to begin */
  readonly nothing?: z.ZodType<unknown, { readonly kind: "nothing" }>;
  /** also for those who are not logged in */
  readonly open?: true;
}

/** What was sent, checked. */
export interface Sent<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly exchange: Exchange<Env>;
}

/** Adds one endpoint. The library's own types follow each schema through three generics; they are cut off here, once. */
export function answer<Params extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType, Answer = void>(
  app: OpenAPIHono<Env>,
  endpoint: Endpoint<Params, Query, Body, Answer>,
  handle: (sent: Sent<z.output<Params>, z.output<Query>, z.output<Body>>) => Promise<Answer | typeof nothing>,
): void {
  const { answer, status = 200 } = endpoint;
  const route = routeOf(endpoint);
  const handler = async (exchange: Exchange<Env>): Promise<Response> => {
    const valid = exchange.req as unknown as { valid(target: string): unknown };
    const result = await handle({
      params: valid.valid("param") as z.output<Params>,
      query: valid.valid("query") as z.output<Query>,
      body: valid.valid("json") as z.output<Body>,
      exchange,
    });
    if (answer === undefined) return exchange.body(null, 204);
    return exchange.json(result, result === nothing ? 200 : status);
  };
  app.openapi(route, handler);
}

/** Either of them. */
export const security = [{ token: [] }, { session: [] }];

export const failures = json(failureBody, "refused or failed: docs/errors.md explains the code");

/** What an endpoint answers that was asked to begin something, and found it done already. */
export const nothing = { kind: "nothing" } as const;

function routeOf<Params extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType, Answer>(
  endpoint: Endpoint<Params, Query, Body, Answer>,
) {
  const { method, path, summary, params, query, body, answer, status = 200, open } = endpoint;
  const idle = endpoint.nothing === undefined ? {} : { 200: json(endpoint.nothing, "there was nothing to do") };
  const done = answer === undefined ? { 204: { description: "done" } } : { [status]: json(answer, "done") };
  return createRoute({
    method,
    path,
    summary,
    security: open === true ? [] : security,
    request: {
      ...(params === undefined ? {} : { params: params as unknown as z.ZodObject }),
      ...(query === undefined ? {} : { query: query as unknown as z.ZodObject }),
      // without `required` a body of another type would pass unread
      ...(body === undefined ? {} : { body: { required: true, ...json(body, "") } }),
    },
    responses: { ...idle, ...done, default: failures },
  });
}

function json(schema: z.ZodType, description: string) {
  return { description, content: { "application/json": { schema } } };
}
