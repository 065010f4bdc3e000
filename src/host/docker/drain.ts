import { done, unchanged } from "../answer.ts";
import { drain } from "../drain.ts";
import { drainNotes } from "../drain-note.ts";
import type { HostAnswer, HostRequest } from "../request.ts";
import { signal, stop } from "./change.ts";
import { isRunning, type Container } from "./container.ts";
import { containerWay } from "./container-way.ts";
import { all, look, type Containers } from "./look.ts";
import type { ContainerStream } from "./stream.ts";

/** Empties the one that goes, then stops it: it is kept as the way back. */
export async function drainContainer(
  stream: ContainerStream,
  containers: Containers,
  request: Extract<HostRequest, { kind: "drain" }>,
): Promise<HostAnswer> {
  const { engine, way } = stream;
  const going = goingOne(containers);
  if (going === undefined) return unchanged(request);
  if (isStop(request)) {
    await stop(engine, going, request.limit);
    return done(request);
  }
  const drained = {
    lives: async () =>
      all(await look(engine, request.target)).some(({ id, status }) => id === going.id && status === "running"),
    signal: (name: string) => signal(engine, going, name),
    fetch: containerWay(way, going).fetch,
  };
  const note = await drain(drained, request, stream);
  await stop(engine, going, containers.address.stop);
  return done(request, note === undefined ? undefined : drainNotes[note]);
}

/** With nothing else to tell that it is empty, its end is the end of the drain: what the engine does by itself. */
function isStop({ by, idle }: Extract<HostRequest, { kind: "drain" }>): boolean {
  return by.kind === "signal" && by.signal === "SIGTERM" && idle === undefined;
}

/**
 * Where two can't run at once, the present one goes first, and only when another is to take its place. One that does not
 * run and would come up with the engine goes as well.
 */
function goingOne({ address, current, next, previous }: Containers): Container | undefined {
  if (previous !== undefined && (isRunning(previous) || previous.restartPolicy !== "no")) return previous;
  return address.exclusive && next !== undefined && isRunning(current) ? current : undefined;
}
