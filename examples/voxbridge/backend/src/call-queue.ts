import type { Log } from "../../shared/log.ts";
import { connectRedis, type Redis } from "./redis.ts";

/** An answered call that waits for a worker. */
export interface Call {
  readonly id: string;
  readonly durationMs: number;
}

/** Calls in the order in which they came: in Redis while it can be reached, in memory otherwise. */
export interface CallQueue {
  /** false when the queue is full */
  push(call: Call): Promise<boolean>;
  next(): Promise<Call | undefined>;
  look(): Promise<{ readonly kind: "redis" | "memory"; readonly length: number }>;
  close(): void;
}

const key = "voxbridge:calls";
const timeout = 1000;
const retryAfter = 3000;

/** Resolves after the first attempt to reach Redis; goes on trying in the background for as long as it fails. */
export async function openCallQueue(url: URL, limit: number, log: Log): Promise<CallQueue> {
  const memory: Call[] = [];
  let redis: Redis | undefined;
  let retry: NodeJS.Timeout | undefined;
  let closed = false;
  let warned = false;

  const later = () => {
    redis?.close();
    redis = undefined;
    clearTimeout(retry);
    if (!closed) retry = setTimeout(() => void reach(), retryAfter).unref();
  };
  const reach = async () => {
    let reached: Redis | undefined;
    try {
      reached = await connectRedis(url, timeout, later);
      await moveToRedis(memory, reached);
      redis = reached;
      warned = false;
      log("info", "the queue is in redis");
    } catch {
      reached?.close();
      if (!warned) log("warn", "redis cannot be used, the queue is in memory");
      warned = true;
      later();
    }
  };
  // a connection that breaks under a command is not the caller's concern: the call goes to memory
  const inRedis = async <T>(work: (redis: Redis) => Promise<T>, instead: () => T): Promise<T> => {
    if (redis === undefined) return instead();
    return work(redis).catch(instead);
  };
  const pushToMemory = (call: Call) => memory.length < limit && memory.push(call) > 0;

  await reach();
  return {
    push: (call) =>
      inRedis(
        async (redis) => {
          if (Number(await redis.command("LLEN", key)) >= limit) return false;
          await redis.command("LPUSH", key, JSON.stringify(call));
          return true;
        },
        () => pushToMemory(call),
      ),
    next: async () => {
      const waiting = memory.shift();
      if (waiting !== undefined) return waiting;
      return inRedis(
        async (redis) => readCall(await redis.command("RPOP", key)),
        () => undefined,
      );
    },
    look: () =>
      inRedis(
        async (redis) => ({ kind: "redis" as "redis" | "memory", length: Number(await redis.command("LLEN", key)) }),
        () => ({ kind: "memory", length: memory.length }),
      ),
    close: () => {
      closed = true;
      clearTimeout(retry);
      redis?.close();
    },
  };
}

/** A call that Redis did not take stays in memory. */
async function moveToRedis(memory: Call[], redis: Redis): Promise<void> {
  for (let call = memory.shift(); call !== undefined; call = memory.shift()) {
    try {
      await redis.command("LPUSH", key, JSON.stringify(call));
    } catch (cause) {
      memory.unshift(call);
      throw cause;
    }
  }
}

function readCall(text: unknown): Call | undefined {
  return typeof text === "string" ? (JSON.parse(text) as Call) : undefined;
}
