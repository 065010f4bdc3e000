import { AppError } from "#kernel";
import type { ProgressEvent, RolloutProgress, Watcher } from "#operation";
import { inPath } from "./name.ts";
import type { Server } from "./server.ts";

/** A rollout that the server carries out, and who looks on. */
export interface Following extends Pick<Watcher, "onEvent" | "signal"> {
  readonly rollout: string;
  /** id of the last event that is of no interest: what an earlier work on it told */
  readonly after?: string;
}

/**
 * Tells what the server tells until nothing is at work on it any more, and how it is then. The signal asks the server to stop
 * behind the step at hand. SERVER_UNREACHABLE, with where to look, when the connection is lost for good.
 */
export async function follow(server: Server, following: Following): Promise<RolloutProgress> {
  const { signal } = following;
  const given = new AbortController();
  const stop = (): void => void pause(server, following).catch((error: unknown) => given.abort(error));
  signal?.addEventListener("abort", stop, { once: true });
  if (signal?.aborted === true) stop();
  try {
    const told = teller(following);
    const coming = { ...following, signal: given.signal };
    await persist(server, coming, () => read(server, coming, told));
    if (told.isCut()) throw notEnded(server, following.rollout);
    return await persist(server, coming, () => server.askHere<RolloutProgress>("GET", pathOf(following)));
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}

function pathOf({ rollout }: Following): string {
  return `/rollouts/${inPath(rollout)}`;
}

/** As Ctrl-C on its own machine. One that has ended meanwhile needs no stop. */
async function pause({ askHere, ...server }: Server, following: Following): Promise<void> {
  try {
    await askHere("POST", `${pathOf(following)}/pause`);
  } catch (error) {
    if (error instanceof AppError && error.code === "ROLLOUT_STATE") return;
    throw isLost(error) ? cutOff(server, following, error) : error;
  }
}

/** How long a server may be away while its rollout goes on, and how often it is tried. Milliseconds. */
const patience = 120_000;
const again = 1000;

/** The following of one command: its signal ends the looking on, and not the rollout. */
type Coming = Following & { readonly signal: AbortSignal };

/** Comes again to what goes on there without us. */
async function persist<T>(server: Server, following: Coming, work: () => Promise<T | undefined>): Promise<T> {
  const { clock, lasting } = server;
  const { signal, onEvent } = following;
  let since: number | undefined;
  for (;;) {
    try {
      const result = await work();
      if (result !== undefined) return result;
      since = undefined;
    } catch (error) {
      signal.throwIfAborted();
      if (!isLost(error)) throw error;
      const now = clock.monotonic();
      since ??= now;
      if (!lasting || now - since >= patience) throw cutOff(server, following, error);
      if (now === since) onEvent({ kind: "connection-lost", server: server.name });
      await clock.sleep(again, signal);
    }
  }
}

/** True once there is no more; nothing where the server has ended its answer, as it does from time to time. */
async function read({ eventsHere }: Server, following: Coming, told: Teller): Promise<true | undefined> {
  const { signal } = following;
  for await (const event of eventsHere(`${pathOf(following)}/events`, { after: told.last(), signal })) {
    if (event.name === "end") return true;
    told.tell(event.id, event.data);
  }
  return undefined;
}

interface Teller {
  last(): string | undefined;
  tell(id: string, data: unknown): void;
  /** the work is over, and it told no end: something failed that is no part of it */
  isCut(): boolean;
}

/** A server that was started anew tells from its journal what was told before: that is passed over. */
function teller({ onEvent, signal, after }: Following): Teller {
  let last = after;
  let begun = false;
  let ended = false;
  return {
    last: () => last,
    isCut: () => begun && !ended && !logOf(last).startsWith("journal"),
    tell: (id, data) => {
      if (begun && logOf(id) !== logOf(last)) return;
      [begun, last] = [true, id];
      const event = eventFrom(data);
      // who asked for it was told already
      ended ||= event?.kind === "end";
      if (event === undefined || (event.kind === "stopping" && signal?.aborted === true)) return;
      onEvent(event);
    },
  };
}

function logOf(id = ""): string {
  return id.slice(0, id.lastIndexOf("-"));
}

/** Without what the server's clock said: who looks on has one. */
function eventFrom(data: unknown): ProgressEvent | undefined {
  const { at: _at, elapsed: _elapsed, ...event } = data as Readonly<Record<string, unknown>>;
  return (kinds as readonly unknown[]).includes(event["kind"]) ? (event as unknown as ProgressEvent) : undefined;
}

/** What rollouts tell; a newer server may tell more. */
const kinds: readonly ProgressEvent["kind"][] = [
  "look",
  "looked",
  "taken-over",
  "abandoned",
  "build",
  "begin",
  "prepare",
  "output",
  "wave",
  "step",
  "gate",
  "host",
  "soak",
  "return",
  "stopping",
  "end",
];

export function notEnded({ name }: Pick<Server, "name">, rollout: string): AppError {
  return new AppError("ROLLOUT_FAILED", `${name} did not bring ${rollout} to an end`, {
    hint: "`keyturn status` shows what runs; where the rollout is open, `keyturn apply --resume` goes on with it",
  });
}

function isLost(error: unknown): boolean {
  return error instanceof AppError && error.retryable;
}

function cutOff({ name, lasting }: Pick<Server, "name" | "lasting">, { rollout }: Following, cause: unknown): AppError {
  const there = lasting
    ? "unless the server was stopped it goes on there: `keyturn status` shows what runs, and whether it is open"
    : "it stops there behind its present step, and stays open: look with `keyturn status`, go on with `keyturn apply --resume`";
  return new AppError("SERVER_UNREACHABLE", `the connection to ${name} was lost in the middle of ${rollout}`, {
    hint: there,
    cause,
  });
}
