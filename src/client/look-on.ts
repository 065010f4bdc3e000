import { AppError } from "#kernel";
import { failureOf } from "./answer.ts";
import type { Server } from "./server.ts";
import { teller, type Listener, type Teller } from "./teller.ts";

/** What the server carries out, and who looks on. */
export interface Work extends Listener {
  readonly id: string;
  /** of it, below the environment */
  readonly path: string;
  /** stops it behind the step at hand */
  readonly stop: "pause" | "hold";
  /** the command that goes on with it once it has stopped */
  readonly goOn: string;
}

/**
 * Tells what the server tells until nothing is at work on it any more; gives what came of it, where the server says that. The signal
 * asks the server to stop. What the work failed with is thrown; SERVER_UNREACHABLE, with where to look, when the connection is
 * lost for good.
 */
export async function lookOn(server: Server, work: Work): Promise<unknown> {
  const { signal } = work;
  const given = new AbortController();
  const stop = (): void => void askToStop(server, work).catch((error: unknown) => given.abort(error));
  signal?.addEventListener("abort", stop, { once: true });
  if (signal?.aborted === true) stop();
  try {
    const told = teller(work);
    const { result, ...last } = await persist(server, { work, signal: given.signal }, () =>
      read(server, work, { told, signal: given.signal }),
    );
    if ("error" in last) throw failureOf(last, server.name);
    return result;
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}

/** As Ctrl-C on its own machine. What has ended meanwhile needs no stop. */
async function askToStop({ askHere, ...server }: Server, work: Work): Promise<void> {
  try {
    await askHere("POST", `${work.path}/${work.stop}`);
  } catch (error) {
    if (error instanceof AppError && error.code === "ROLLOUT_STATE") return;
    throw isLost(error) ? cutOff(server, work, error) : error;
  }
}

/** How long a server may be away while its work goes on, and how often it is tried. Milliseconds. */
const patience = 120_000;
const again = 1000;

/** Of one command. The signal ends the looking on, and not the work. */
interface Looking {
  readonly work: Work;
  readonly signal: AbortSignal;
}

/** Comes again to what goes on there without us. */
async function persist<T>(server: Server, { work, signal }: Looking, look: () => Promise<T | undefined>): Promise<T> {
  const { clock, lasting } = server;
  let since: number | undefined;
  for (;;) {
    try {
      const result = await look();
      if (result !== undefined) return result;
      since = undefined;
    } catch (error) {
      signal.throwIfAborted();
      if (!isLost(error)) throw error;
      const now = clock.monotonic();
      since ??= now;
      if (!lasting || now - since >= patience) throw cutOff(server, work, error);
      if (now === since) work.onEvent({ kind: "connection-lost", server: server.name });
      await clock.sleep(again, signal);
    }
  }
}

/** What there is to say of the end; nothing where the server has ended its answer, as it does from time to time. */
async function read(
  { eventsHere }: Server,
  { path }: Work,
  { told, signal }: { readonly told: Teller; readonly signal: AbortSignal },
): Promise<{ readonly result?: unknown } | undefined> {
  for await (const event of eventsHere(`${path}/events`, { after: told.last(), signal })) {
    if (event.name === "end") return event.data as { readonly result?: unknown };
    told.tell(event.id, event.data);
  }
  return undefined;
}

function isLost(error: unknown): boolean {
  return error instanceof AppError && error.retryable;
}

function cutOff({ name, lasting }: Pick<Server, "name" | "lasting">, { id, goOn }: Work, cause: unknown): AppError {
  const hint = lasting
    ? "unless the server was stopped it goes on there: `keyturn status` shows what runs, and whether it is open"
    : `it stops there behind its present step, and stays open: look with \`keyturn status\`, go on with \`${goOn}\``;
  return new AppError("SERVER_UNREACHABLE", `the connection to ${name} was lost in the middle of ${id}`, {
    hint,
    cause,
  });
}
