import { AppError, type Sensitive } from "#kernel";
import { visibleEnvironments, type Context } from "#operation";
import { originOf, proxyBefore, type ListenAddress } from "./address.ts";
import { listenAtSocket } from "./listen-socket.ts";
import { listenAt, makeHttpServer } from "./listen.ts";
import { turns } from "./turn.ts";
import { makeApplication } from "./application.ts";
import { openDesk, type Desk } from "./desk/desk.ts";
import { scheduleFindings } from "./schedule/finding-schedule.ts";
import { scheduleProbes } from "./schedule/probe-schedule.ts";
import { scheduleRevocations } from "./schedule/revocation-schedule.ts";
import { scheduleRotations } from "./schedule/rotation-schedule.ts";
import type { Rounds } from "./schedule/round.ts";
import { rollOutWaitingSettings } from "./schedule/waiting-setting.ts";
import { notifyBy } from "./schedule/webhook.ts";
import type { Visit } from "./visit.ts";

export interface ServerOptions {
  /** where browsers come in */
  readonly listen: ListenAddress;
  /** path of the one door of a worker: browsers come to the web part, at `listen`, and that one comes here */
  readonly socket?: string;
  /** of a proxy that ends TLS; without one nobody outside this machine is let in */
  readonly publicUrl?: string;
  /** without anybody's roles: finds out who comes */
  readonly context: Context;
  /** what one caller may do, for one request */
  readonly visit: Visit;
  /** addresses of providers in a private network may be asked; false when it is left out */
  readonly nearby?: boolean;
  /** milliseconds from one probe of every credential to the next one; none when it is left out */
  readonly probeEvery?: number;
  /** milliseconds from one look at what is to be rotated to the next one; a minute when it is left out */
  readonly rotateEvery?: number;
  /** where people are told who look at no page */
  readonly webhook?: Sensitive;
  /** the same, as one JSON line each */
  readonly onNews?: (line: string) => void;
  /** one JSON line for each request that was answered */
  readonly onAccess?: (line: string) => void;
  /** folder of the built console, also where there is none yet */
  readonly console: string;
  /** one JSON line for each request that failed by the server's own fault */
  readonly onTrouble: (line: string) => void;
  readonly version: string;
}

export interface Server {
  /** what a browser opens */
  readonly url: string;
  /** where it listens: the same, unless a proxy stands before it; a worker's socket */
  readonly address: string;
  /** ends well: rollouts stop behind their present step and stay open, then requests at work have five seconds */
  close(): Promise<void>;
}

/** PORT_TAKEN when something listens there. */
export async function openServer(options: ServerOptions): Promise<Server> {
  const { socket, console, ...rest } = options;
  const { listen, publicUrl } = rest;
  const proxy = proxyBefore(listen, publicUrl);
  if (socket !== undefined && listen.port === 0) throw unknownPort();
  // knows the origin, and so the port, once the server listens; who comes in between waits
  const application = Promise.withResolvers<ReturnType<typeof makeApplication>>();
  const http = makeHttpServer(async (request, env) => (await application.promise).fetch(request, env));
  const door = await (socket === undefined ? listenAt(http, listen) : listenAtSocket(http, socket));
  const url = proxy ?? (socket === undefined ? door.address : originOf(listen, listen.port));
  const desk = openDesk(options.context);
  const made = makeApplication({
    ...rest,
    // the web part has the pages
    ...(socket === undefined ? { console } : {}),
    nearby: options.nearby === true,
    desk,
    takeTurn: turns({ atOnce: 2, waiting: 32 }),
    entrance: { origin: url, proxy: proxy !== undefined, web: socket !== undefined },
  });
  application.resolve(made);
  const schedules = startSchedules(options, desk);
  const waiting = rollOutWaitingSettings({ ...teller(options), desk, visit: options.visit });
  const closed = () => Promise.all([desk.close(), ...schedules.map((one) => one.close()), waiting]);
  const close = () => closed().then(() => door.close());
  return { url, address: door.address, close };
}

function startSchedules(options: ServerOptions, desk: Desk): readonly Rounds[] {
  const { context, visit, nearby, probeEvery, rotateEvery = 60_000, webhook, onNews = () => undefined } = options;
  const notify = notifyBy({ clock: context.clock, write: onNews, ...(webhook === undefined ? {} : { url: webhook }) });
  const common = { ...teller(options), visit, notify };
  return [
    scheduleRotations({ ...common, every: rotateEvery, desk }),
    scheduleRevocations(common),
    scheduleFindings({ ...common, every: rotateEvery }),
    ...(probeEvery === undefined ? [] : [scheduleProbes({ ...common, every: probeEvery, nearby: nearby === true })]),
  ];
}

/** For work that nobody asked for over the network. */
function teller({ context, onTrouble }: ServerOptions) {
  const environments = async () => (await visibleEnvironments(context)).map(({ name }) => name);
  return { clock: context.clock, onTrouble, environments };
}

function unknownPort(): AppError {
  return new AppError("USAGE", "the worker has to know the port that browsers come to", {
    hint: "give it the same --listen as the web part",
  });
}
