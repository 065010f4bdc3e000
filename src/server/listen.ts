import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { createAdaptorServer, type HttpBindings } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { AppError, systemCode } from "#kernel";
import { originOf, type ListenAddress } from "./address.ts";
import { limitBodyTime } from "./guard/body-time.ts";
import { isRelayedUpgrade, takeUpgrades } from "./upgrade.ts";

/** A copy is Node's own `Response`: the adapter sends one of its own once more, and cuts off what is still on its way. */
const alreadySent = RESPONSE_ALREADY_SENT.clone();

/** One that does not listen yet. */
export interface HttpServer {
  readonly server: Server;
  /** requests at work have five seconds */
  close(): Promise<void>;
}

/** Where a server listens, until it is closed. */
export interface Listening {
  /** `http://127.0.0.1:7333`, or the path of a socket */
  readonly address: string;
  close(): Promise<void>;
}

/** Parses strictly, and waits for nobody. */
export function makeHttpServer(fetch: (request: Request, env: HttpBindings) => Promise<Response>): HttpServer {
  const server = createAdaptorServer({
    fetch: async (request, env) => {
      const { outgoing } = env as HttpBindings;
      const response = await fetch(request, env as HttpBindings);
      // what was relayed has gone out by itself
      return outgoing.headersSent ? alreadySent : response;
    },
    serverOptions: {
      // who sends a header's bytes one by one holds a socket for this long and no longer
      headersTimeout: 10_000,
      // see `limitBodyTime`
      requestTimeout: 0,
      connectionsCheckingInterval: 1000,
      keepAliveTimeout: 5000,
      maxHeaderSize: 16_384,
      shouldUpgradeCallback: isRelayedUpgrade,
    },
  }) as Server;
  limitBodyTime(server);
  const upgraded = takeUpgrades(server);
  server.maxConnections = 1000;
  return { server, close: () => closed(server, upgraded) };
}

/** PORT_TAKEN when something listens there. */
export function listenAt(http: HttpServer, address: ListenAddress): Promise<Listening> {
  const { server } = http;
  const { host, port } = address;
  return new Promise((resolve, reject) => {
    server.once("error", (cause) => reject(unavailable(cause, `${host}:${port}`)));
    server.listen(port, host, () => {
      const { port } = server.address() as AddressInfo;
      resolve({ address: originOf(address, port), close: () => http.close() });
    });
  });
}

function unavailable(cause: Error, where: string): AppError {
  if (systemCode(cause) === "EADDRINUSE") {
    const hint = "another server may be at work there: stop it, or choose another port with --listen";
    return new AppError("PORT_TAKEN", `something listens on ${where} already`, { hint, cause });
  }
  return new AppError("USAGE", `this machine can't listen on ${where}`, {
    hint: "name an address of this machine",
    cause,
  });
}

function closed(server: Server, upgraded: ReadonlySet<Duplex>): Promise<void> {
  return new Promise((resolve) => {
    const force = setTimeout(() => {
      server.closeAllConnections();
      for (const socket of upgraded) socket.destroy();
    }, 5000);
    server.close(() => {
      clearTimeout(force);
      resolve();
    });
    server.closeIdleConnections();
  });
}
