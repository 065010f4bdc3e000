import type { Log } from "../../shared/log.ts";
import { attachCall, type Attaching, type Outcome } from "./attach.ts";

export type Counters = Readonly<Record<Outcome, number>> & {
  /** how often a worker was busy, about to stop or stopped, and the call went on to another one */
  readonly retried: number;
  /** milliseconds that the slowest call took until a worker had it */
  readonly slowest: number;
  /** when the counting began, ISO 8601 */
  readonly since: string;
};

/** Calls that are being handed to workers, and how it went. */
export interface Attaches {
  take(call: { readonly durationMs: number }): void;
  inHand(): number;
  counters(): Counters;
  reset(): void;
  /** Resolves when every call in hand is with a worker or lost. */
  settle(): Promise<void>;
}

/** milliseconds between two lines about lost calls: there may be thousands of them */
const quiet = 1000;

/** `attaching` is asked for at each call: a reload may change it. */
export function openAttaches(attaching: () => Attaching, log: Log): Attaches {
  const inHand = new Set<Promise<void>>();
  let counted = zero();
  let told = -quiet;

  const attach = async (call: { readonly durationMs: number }) => {
    const begun = performance.now();
    const { outcome, retries } = await attachCall(call, attaching());
    counted[outcome] += 1;
    counted.retried += retries;
    const now = performance.now();
    if (outcome === "success") counted.slowest = Math.max(counted.slowest, Math.round(now - begun));
    else if (now - told >= quiet) {
      told = now;
      const { refused, busy, broken } = counted;
      log("warn", "a call was not attached", { outcome, refused, busy, broken });
    }
  };

  return {
    take: (call) => {
      const work = attach(call).finally(() => inHand.delete(work));
      inHand.add(work);
    },
    inHand: () => inHand.size,
    counters: () => ({ ...counted }),
    reset: () => {
      counted = zero();
    },
    settle: async () => {
      await Promise.all(inHand);
    },
  };
}

function zero() {
  return { success: 0, refused: 0, busy: 0, broken: 0, retried: 0, slowest: 0, since: new Date().toISOString() };
}
