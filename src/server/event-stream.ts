import type { Context as Exchange } from "hono";
import { streamSSE } from "hono/streaming";
import type { EventLog } from "./desk/event-log.ts";
import type { Env } from "./exchange.ts";

/** Proxies take a quiet connection for a dead one. Milliseconds. */
const heartbeat = 15_000;

/** A browser comes again by itself, from where it was; whether it may is looked at anew then. Milliseconds. */
const longest = 5 * 60_000;

/** Everything behind the last event that the client has, then what comes, then `event: end`. */
export function eventStream(
  exchange: Exchange<Env>,
  log: Pick<EventLog, "after" | "changed" | "ended" | "last">,
): Response {
  const answer = streamSSE(exchange, async (stream) => {
    const gone = new AbortController();
    stream.onAbort(() => gone.abort());
    const over = AbortSignal.any([gone.signal, AbortSignal.timeout(longest)]);
    let last = exchange.req.header("last-event-id");
    while (!over.aborted) {
      // asked for before what there is is read: nothing is missed between the two
      const change = log.changed(AbortSignal.any([over, AbortSignal.timeout(heartbeat)]));
      const { ended } = log;
      const events = log.after(last);
      for (const { id, data } of events) await stream.writeSSE({ id, data: JSON.stringify(data) });
      last = events.at(-1)?.id ?? last;
      if (ended) return stream.writeSSE({ event: "end", data: JSON.stringify(log.last) });
      if (events.length === 0) await stream.write(": at work\n\n");
      await change;
    }
  });
  // the library's own says no-cache, which lets others keep it
  answer.headers.set("cache-control", "no-store");
  // HTTP/1.1 gets them from node, and HTTP/2 has no such thing
  for (const name of ["transfer-encoding", "connection"]) answer.headers.delete(name);
  return answer;
}
