import { callJson } from "../../shared/client.ts";
import type { Log } from "../../shared/log.ts";
import { secretHeader } from "../../shared/secret.ts";
import { attachCall, type Outcome } from "./attach.ts";
import type { Settings } from "./settings.ts";

export type Counters = Readonly<Record<Outcome, number>>;

/** Takes answered calls, from the backend's queue and made up ones, and hands each to a free worker. */
export interface Dialler {
  counters(): Counters;
  reset(): void;
  /** Takes no more calls; resolves when those in hand are with a worker or lost. */
  stop(): Promise<void>;
}

const none: Counters = { success: 0, refused: 0, broken: 0, busy: 0 };
const queueTimeout = 1000;

export function startDialler(settings: Settings, log: Log): Dialler {
  let counters = none;
  let turn = 0;
  const inHand = new Set<Promise<void>>();

  const attach = async (call: { readonly durationMs: number }) => {
    const outcome = await attachCall(startingAt(settings.workers, turn++), call, {
      secret: settings.voxcoreSecret,
      timeout: settings.attachTimeout,
    });
    counters = { ...counters, [outcome]: counters[outcome] + 1 };
    if (outcome !== "success") log("warn", "a call was not attached", { outcome });
  };
  const take = (call: { readonly durationMs: number }) => {
    const work = attach(call).finally(() => inHand.delete(work));
    inHand.add(work);
  };
  const takeFromQueue = async () => {
    for (let call = await nextCall(settings); call !== undefined; call = await nextCall(settings)) take(call);
  };
  const makeUp = async () => {
    if (settings.callsPerSecond > 0) take({ durationMs: settings.callLength });
  };
  // a reload may change how many there are, also from none
  const stops = [
    repeat(() => settings.pollInterval, takeFromQueue),
    repeat(() => 1000 / Math.max(1, settings.callsPerSecond), makeUp),
  ];

  return {
    counters: () => counters,
    reset: () => {
      counters = none;
    },
    stop: async () => {
      await Promise.all(stops.map((stop) => stop()));
      await Promise.all(inHand);
    },
  };
}

/** The workers, each in turn the first one asked. */
function startingAt(workers: readonly URL[], turn: number): readonly URL[] {
  const first = turn % workers.length;
  return [...workers.slice(first), ...workers.slice(0, first)];
}

async function nextCall(settings: Settings): Promise<{ readonly durationMs: number } | undefined> {
  const reply = await callJson(new URL("/internal/queue/next", settings.backend), {
    method: "POST",
    headers: { [secretHeader]: settings.voxcoreSecret },
    timeout: queueTimeout,
  });
  if (reply.kind !== "answered" || reply.status !== 200) return undefined;
  const { call } = reply.body as { call?: { durationMs?: unknown } };
  return typeof call?.durationMs === "number" ? { durationMs: call.durationMs } : undefined;
}

/** Does the work again and again, `interval` ms after its start or at once when it took longer; never twice at a time. */
function repeat(interval: () => number, work: () => Promise<void>): () => Promise<void> {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let running = Promise.resolve();
  const round = () => {
    const due = performance.now() + interval();
    running = work().finally(() => {
      if (!stopped) timer = setTimeout(round, Math.max(0, due - performance.now()));
    });
  };
  timer = setTimeout(round, interval());
  return () => {
    stopped = true;
    clearTimeout(timer);
    return running;
  };
}
