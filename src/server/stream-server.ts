import { createServer } from "node:http2";
import type { Duplex } from "node:stream";
import { getRequestListener } from "@hono/node-server";
import { greetingOf } from "#kernel";
import type { Caller, Context } from "#operation";
import { makeApplication } from "./application.ts";
import { openDesk } from "./desk/desk.ts";
import { turns } from "./turn.ts";
import type { Visit } from "./visit.ts";

export interface StreamServerOptions {
  /** to one client: what it writes is read here, and the other way round */
  readonly stream: Duplex;
  /** who that is, whatever it says itself */
  readonly caller: Caller;
  readonly context: Context;
  readonly visit: Visit;
  /** one JSON line for each request that failed by the server's own fault */
  readonly onTrouble: (line: string) => void;
  readonly version: string;
}

/**
 * The API for whoever is at the other end of a stream, in HTTP/2: events are told there while something else is asked. Resolves
 * when the client has gone, rollouts have stopped behind their present step, and nothing is at work any more.
 */
export async function serveStream({ stream, caller, ...options }: StreamServerOptions): Promise<void> {
  const desk = openDesk(options.context);
  const application = makeApplication({
    ...options,
    only: caller,
    nearby: false,
    desk,
    takeTurn: turns({ atOnce: 2, waiting: 32 }),
    entrance: { origin: "http://localhost", proxy: false },
  });
  const working = new Set<Promise<unknown>>();
  const listener = getRequestListener(
    (request, env) => {
      const answer = Promise.resolve(application.fetch(request, env));
      working.add(answer);
      return answer.finally(() => working.delete(answer));
    },
    { overrideGlobalObjects: false },
  );
  const server = createServer((request, response) => void listener(request, response));
  const gone = new Promise<void>((resolve) => {
    stream
      .once("end", resolve)
      .once("close", resolve)
      .once("error", () => resolve());
  });
  // how a client goes away is no failure of ours
  server.on("sessionError", () => undefined);
  stream.write(greetingOf(options.version));
  server.emit("connection", stream);
  await gone;
  await Promise.allSettled([desk.close(), ...working]);
  stream.destroy();
}
