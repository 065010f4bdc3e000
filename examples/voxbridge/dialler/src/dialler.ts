import type { Client } from "../../shared/client.ts";
import type { Log } from "../../shared/log.ts";
import { secretHeader } from "../../shared/secret.ts";
import { openAttaches, type Attaches } from "./attaches.ts";
import { openFleet } from "./fleet.ts";
import { startPace } from "./pace.ts";
import type { Settings } from "./settings.ts";

/** Takes answered calls, from the backend's queue and made up ones, and hands each to a free worker. */
export interface Dialler {
  readonly attaches: Attaches;
  /** Takes no more calls; resolves when those in hand are with a worker or lost. */
  stop(): Promise<void>;
}

const queueTimeout = 1000;

export function startDialler(settings: Settings, client: Client, log: Log): Dialler {
  const fleet = openFleet(settings.workers);
  const attaches = openAttaches(() => {
    return {
      client,
      fleet,
      secret: settings.voxcoreSecret,
      timeout: settings.attachTimeout,
      patience: settings.busyWait,
    };
  }, log);
  const takeFromQueue = async () => {
    for (;;) {
      const call = await nextCall(settings, client);
      if (call === undefined) return;
      attaches.take(call);
    }
  };
  const stopQueue = repeat(settings.pollInterval, takeFromQueue);
  // a worker has one call at a time, and the next one may wait behind it
  const mayMakeUp = () => attaches.inHand() < 2 * settings.workers.length;
  const stopPace = startPace(
    // a reload may change how many there are, also from none
    () => settings.callsPerSecond,
    mayMakeUp,
    () => attaches.take({ durationMs: settings.callLength }),
  );

  return {
    attaches,
    stop: async () => {
      stopPace();
      await stopQueue();
      await attaches.settle();
    },
  };
}

async function nextCall(settings: Settings, client: Client): Promise<{ readonly durationMs: number } | undefined> {
  const reply = await client(new URL("/internal/queue/next", settings.backend), {
    method: "POST",
    headers: { [secretHeader]: settings.voxcoreSecret },
    timeout: queueTimeout,
  });
  if (reply.kind !== "answered" || reply.status !== 200) return undefined;
  const { call } = reply.body as { call?: { durationMs?: unknown } };
  return typeof call?.durationMs === "number" ? { durationMs: call.durationMs } : undefined;
}

/** Does the work again and again, `interval` ms after its start or at once when it took longer; never twice at a time. */
function repeat(interval: number, work: () => Promise<void>): () => Promise<void> {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let running = Promise.resolve();
  const round = () => {
    const due = performance.now() + interval;
    running = work().finally(() => {
      if (!stopped) timer = setTimeout(round, Math.max(0, due - performance.now()));
    });
  };
  timer = setTimeout(round, interval);
  return () => {
    stopped = true;
    clearTimeout(timer);
    return running;
  };
}
