import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { rotationProgress } from "#operation";
import { failures, security } from "../endpoint.ts";
import { eventStream } from "../event-stream.ts";
import type { Env } from "../exchange.ts";
import { asCaller, type Installation } from "../installation.ts";
import { rotationParameters } from "../schema/rotation.ts";

const route = createRoute({
  method: "get",
  path: "/v1/environments/{environment}/rotations/{rotation}/events",
  summary: "what it tells, as server-sent events",
  security,
  request: { params: rotationParameters },
  responses: {
    200: { description: "events as docs/events.md has them", content: { "text/event-stream": {} } },
    default: failures,
  },
});

/** Live where this process carries it out; elsewhere there is nothing, and the rotation's own entries tell what was done. */
export function rotationEvents(app: OpenAPIHono<Env>, installation: Installation): void {
  app.openapi(route, async (exchange) => {
    const { environment, rotation } = exchange.req.valid("param");
    // by this the caller is shown to be allowed, and the rotation to be of this environment
    await asCaller(installation, exchange, (context) => rotationProgress(context, rotation), environment);
    return eventStream(exchange, installation.desk.logOf(rotation) ?? silent);
  });
}

const silent = { ended: true, last: {}, after: () => [], changed: () => Promise.resolve() };
