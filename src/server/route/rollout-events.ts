import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { rolloutJournal, type JournalEvent } from "#operation";
import { behind, type ToldEvent } from "../desk/event-log.ts";
import { failures, security } from "../endpoint.ts";
import { eventStream } from "../event-stream.ts";
import type { Env } from "../exchange.ts";
import { asCaller, type Installation } from "../installation.ts";
import { rolloutParameters } from "../schema/rollout.ts";

const route = createRoute({
  method: "get",
  path: "/v1/environments/{environment}/rollouts/{rollout}/events",
  summary: "what it tells, as server-sent events",
  security,
  request: { params: rolloutParameters },
  responses: {
    200: { description: "events as docs/events.md has them", content: { "text/event-stream": {} } },
    default: failures,
  },
});

/** Live where this process carries it out; else what the journal has by now. */
export function rolloutEvents(app: OpenAPIHono<Env>, installation: Installation): void {
  app.openapi(route, async (exchange) => {
    const { environment, rollout } = exchange.req.valid("param");
    // by this the caller is shown to be allowed, and the rollout to be of this environment
    const told = await asCaller(installation, exchange, (context) => rolloutJournal(context, rollout), environment);
    return eventStream(exchange, installation.desk.logOf(rollout) ?? pastLog(told));
  });
}

function pastLog(told: readonly JournalEvent[]) {
  const [first] = told;
  const events = told.map((one) => toldEvent(one, first?.at ?? one.at));
  return {
    ended: true,
    last: {},
    after: (id: string | undefined) => behind(events, id),
    changed: () => Promise.resolve(),
  };
}

function toldEvent({ seq, at, event: { kind, ...rest } }: JournalEvent, begun: number): ToldEvent {
  return { id: `journal-${seq}`, data: { kind, at: new Date(at).toISOString(), elapsed: at - begun, ...rest } };
}
