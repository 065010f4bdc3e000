import type { AddressInfo } from "node:net";
import type { Server as HttpServer } from "node:http";
import type { Duplex } from "node:stream";
import { createAdaptorServer } from "@hono/node-server";
import { AppError, systemCode, type Sensitive } from "#kernel";
import { visibleEnvironments, type Context } from "#operation";
import { originOf, readPublicUrl, type ListenAddress } from "./address.ts";
import { limitBodyTime } from "./guard/body-time.ts";
import { turns } from "./turn.ts";
import { isRelayedUpgrade, takeUpgrades } from "./upgrade.ts";
import { makeApplication, type Visit } from "./application.ts";
import { openDesk } from "./desk/desk.ts";
import { scheduleProbes } from "./schedule/probe-schedule.ts";
import { rollOutWaitingSettings } from "./schedule/waiting-setting.ts";
import { notifyBy } from "./schedule/webhook.ts";

export interface ServerOptions {
  readonly listen: ListenAddress;
  /** of a proxy that ends TLS; without one nobody outside this machine is let in */
  readonly publicUrl?: string;
  /** without anybody's roles: finds out who comes */
  readonly context: Context;
  /** what one caller may do, for one request */
  readonly visit: Visit;
  /** addresses of providers in a private network may be asked; false when it is left out */
  readonly nearby?: boolean;
  /** probes of every credential, from time to time; none when it is left out */
  readonly probes?: ProbePlan;
  /** one JSON line for each request that was answered */
  readonly onAccess?: (line: string) => void;
  /** folder of the built console, also where there is none yet */
  readonly console: string;
  /** one JSON line for each request that failed by the server's own fault */
  readonly onTrouble: (line: string) => void;
  readonly version: string;
}

interface ProbePlan {
  /** milliseconds */
  readonly every: number;
  /** where a change of state is posted */
  readonly webhook?: Sensitive;
  /** one JSON line for each change of state */
  readonly onChange: (line: string) => void;
}

export interface Server {
  /** what a browser opens */
  readonly url: string;
  /** where it listens: the same, unless a proxy stands before it */
  readonly address: string;
  /** ends well: rollouts stop behind their present step and stay open, then requests at work have five seconds */
  close(): Promise<void>;
}

/** PORT_TAKEN when something listens there. */
export async function openServer(options: ServerOptions): Promise<Server> {
  const { listen, publicUrl } = options;
  if (!listen.loopback && publicUrl === undefined) throw unguarded();
  const proxy = publicUrl === undefined ? undefined : readPublicUrl(publicUrl);
  // knows the origin, and so the port, once the server listens
  let application: ReturnType<typeof makeApplication> | undefined;
  const server = createAdaptorServer({
    fetch: (request, env) => (application ?? notYet()).fetch(request, env),
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
  }) as HttpServer;
  limitBodyTime(server);
  const upgraded = takeUpgrades(server);
  server.maxConnections = 1000;
  const { port } = await listening(server, listen);
  const address = originOf(listen, port);
  const url = proxy ?? address;
  const desk = openDesk(options.context);
  application = makeApplication({
    ...options,
    nearby: options.nearby === true,
    desk,
    takeTurn: turns({ atOnce: 2, waiting: 32 }),
    entrance: { origin: url, proxy: proxy !== undefined },
  });
  const schedule = options.probes === undefined ? undefined : startProbes(options, options.probes);
  const waiting = rollOutWaitingSettings({ ...teller(options), desk, visit: options.visit });
  const close = () => Promise.all([desk.close(), schedule?.close(), waiting]).then(() => closed(server, upgraded));
  return { url, address, close };
}

function startProbes(options: ServerOptions, { every, webhook, onChange }: ProbePlan) {
  const { context, visit, nearby } = options;
  return scheduleProbes({
    ...teller(options),
    every,
    visit,
    nearby: nearby === true,
    notify: notifyBy({ clock: context.clock, write: onChange, ...(webhook === undefined ? {} : { url: webhook }) }),
  });
}

/** For work that nobody asked for over the network. */
function teller({ context, onTrouble }: ServerOptions) {
  const environments = async () => (await visibleEnvironments(context)).map(({ name }) => name);
  return { clock: context.clock, onTrouble, environments };
}

function unguarded(): AppError {
  return new AppError("USAGE", "beyond loopback there is no server without TLS", {
    hint: "let a proxy end TLS, and name its address: --behind-proxy https://keyturn.example.com",
  });
}

function notYet(): never {
  throw new AppError("INTERNAL", "a request came before the server listened");
}

function listening(server: HttpServer, { host, port }: ListenAddress): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause) => reject(unavailable(cause, `${host}:${port}`)));
    server.listen(port, host, () => resolve(server.address() as AddressInfo));
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

function closed(server: HttpServer, upgraded: ReadonlySet<Duplex>): Promise<void> {
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
