import { Hono } from "hono";
import type { Clock } from "#kernel";
import { proxyBefore, type ListenAddress } from "../address.ts";
import type { Entrance } from "../entrance.ts";
import type { Env } from "../exchange.ts";
import { logAccess } from "../guard/access-log.ts";
import { limitBody } from "../guard/body.ts";
import { unknownPath } from "../guard/failure.ts";
import { setHeaders } from "../guard/header.ts";
import { refuseForeign } from "../guard/origin.ts";
import { tellTrouble } from "../guard/trouble-log.ts";
import { listenAt, makeHttpServer } from "../listen.ts";
import { pageRoutes } from "../route/page.ts";
import type { Server } from "../server.ts";
import { limitStrangers } from "./crowd.ts";
import { passOn } from "./pass-on.ts";
import { workerAt } from "./worker.ts";

export interface WebOptions {
  /** where browsers come in */
  readonly listen: ListenAddress;
  /** of a proxy that ends TLS; without one nobody outside this machine is let in */
  readonly publicUrl?: string;
  /** path of the worker's socket; the worker may come and go */
  readonly socket: string;
  readonly clock: Clock;
  /** folder of the built console, also where there is none yet */
  readonly console: string;
  /** one JSON line for each request that was answered */
  readonly onAccess?: (line: string) => void;
  /** one JSON line when the worker goes away or is back, and for each request that failed by the web part's own fault */
  readonly onTrouble: (line: string) => void;
  readonly version: string;
}

/**
 * What the network reaches, without store, key, manifest or hosts: it answers with the console's files, turns away what no
 * browser of ours sent, and passes on to the worker what lies below /v1. PORT_TAKEN when something listens there.
 */
export async function openWeb(options: WebOptions): Promise<Server> {
  const { listen, publicUrl } = options;
  const proxy = proxyBefore(listen, publicUrl);
  // knows the origin, and so the port, once the server listens; who comes in between waits
  const application = Promise.withResolvers<Hono<Env>>();
  const http = makeHttpServer(async (request, env) => (await application.promise).fetch(request, env));
  const door = await listenAt(http, listen);
  const url = proxy ?? door.address;
  application.resolve(makeWeb(options, { origin: url, proxy: proxy !== undefined }));
  return { url, address: door.address, close: () => door.close() };
}

/** Guards in the order in which a request meets them, then what is answered here, then the worker. */
function makeWeb(options: WebOptions, entrance: Entrance): Hono<Env> {
  const { socket, clock, console, onAccess, onTrouble, version } = options;
  const app = new Hono<Env>();
  if (onAccess !== undefined) app.use(logAccess(onAccess, { clock, entrance }));
  app.use(setHeaders(entrance, version));
  app.use(refuseForeign(entrance));
  app.use(limitBody);
  app.use("/v1/*", limitStrangers(entrance));
  app.all("/v1/*", passOn(workerAt(socket, { clock, onTrouble }), entrance));
  pageRoutes(app, console);
  app.onError(tellTrouble(onTrouble, clock));
  app.notFound(unknownPath);
  return app;
}
