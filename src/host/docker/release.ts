import { isUtf8 } from "node:buffer";
import type { ContainerAddress } from "../address.ts";
import { done, failed, unchanged } from "../answer.ts";
import { compareEnvironment } from "../record.ts";
import type { HostAnswer, HostRequest, ReleaseRecord } from "../request.ts";
import { create, keepUp, remove, rename, start, stop } from "./change.ts";
import { isRunning, type Container } from "./container.ts";
import { waitForPort } from "./container-way.ts";
import type { Engine } from "./engine.ts";
import { nameOf, type Containers } from "./look.ts";
import type { ContainerStream } from "./stream.ts";

type Of<Kind extends HostRequest["kind"]> = Extract<HostRequest, { kind: Kind }>;

/** Makes the container that is to follow, without starting it; what was left from before goes. */
export async function stage(
  { engine, controller }: ContainerStream,
  { address, current, next, replaced }: Containers,
  request: Of<"stage">,
): Promise<HostAnswer> {
  const { record, target } = request;
  const present = request.anew !== true && carries(current, record);
  const made = carries(next, record) && (next?.status === "created" || isRunning(next));
  if (replaced !== undefined) await remove(engine, replaced, address.stop);
  if (next !== undefined && (present || !made)) await remove(engine, next, address.stop);
  if (present || made) return unchanged(request);
  if (!isUtf8(request.file.reveal())) {
    return failed(request, "refused", "a value is no text, and the engine takes no other: encode it, as base64");
  }
  const mark = { target: target.id, controller, record };
  const trouble = await create(engine, { name: nameOf.next(address), address, environment: request.file, mark });
  return trouble === undefined ? done(request) : failed(request, trouble.reason, trouble.detail);
}

/**
 * The one in place becomes the previous one, and the next one takes its place. Between the two names there may be
 * nothing in place for a moment, and for longer after a crash: then a second swap goes on from there.
 */
export async function swap(
  { engine }: ContainerStream,
  containers: Containers,
  request: Of<"swap">,
): Promise<HostAnswer> {
  const { address, current, next, previous } = containers;
  if (next === undefined) return swapped(engine, containers, request);
  if (current !== undefined && address.exclusive) await stop(engine, current, address.stop);
  if (current !== undefined && request.unproved !== true) {
    if (previous !== undefined) await remove(engine, previous, address.stop);
    await rename(engine, current, nameOf.previous(address));
  }
  if (request.unproved === true) {
    await replace(engine, containers, next);
    return done(request);
  }
  await rename(engine, next, address.container);
  return done(request);
}

async function swapped(
  engine: Engine,
  { address, current, replaced }: Containers,
  request: Of<"swap">,
): Promise<HostAnswer> {
  if (current === undefined) return failed(request, "failed", "nothing was staged");
  if (replaced === undefined) return unchanged(request);
  await remove(engine, replaced, address.stop);
  return done(request);
}

/**
 * The previous one serves again before the present one goes, unless they can't run side by side. Whoever asks for the
 * one in place gets the former as soon as it listens.
 */
export async function returnPrevious(
  stream: ContainerStream,
  containers: Containers,
  request: Of<"return">,
): Promise<HostAnswer> {
  const { engine } = stream;
  const { address, current, next, previous, replaced } = containers;
  if (previous === undefined) {
    if (replaced === undefined) return failed(request, "no-previous", "no earlier container was kept");
    await remove(engine, replaced, address.stop);
    return done(request);
  }
  if (next !== undefined) await remove(engine, next, address.stop);
  if (address.exclusive && current !== undefined) await stop(engine, current, address.stop);
  const trouble = isRunning(previous) ? undefined : await start(engine, previous);
  if (trouble !== undefined) {
    if (address.exclusive && isRunning(current)) await startAgain(engine, current, address);
    return failed(request, trouble.reason, trouble.detail);
  }
  await keepUp(engine, previous, address);
  if (!address.exclusive && isRunning(current)) await waitForPort(stream, request.target);
  await replace(engine, containers, previous);
  return done(request);
}

/** The one in place goes, and nobody finds it any more from before it is told to. */
async function replace(engine: Engine, { address, current, replaced }: Containers, by: Container): Promise<void> {
  if (current !== undefined) {
    if (replaced !== undefined) await remove(engine, replaced, address.stop);
    await rename(engine, current, nameOf.replaced(address));
  }
  await rename(engine, by, address.container);
  const goes = current ?? replaced;
  if (goes !== undefined) await remove(engine, goes, address.stop);
}

export async function forget(
  { engine }: ContainerStream,
  { address, previous }: Containers,
  request: Of<"forget">,
): Promise<HostAnswer> {
  if (previous === undefined) return unchanged(request);
  await remove(engine, previous, address.stop);
  return done(request);
}

/** Also puts back what a run that was cut short had moved away between two names, or stopped to make room. */
export async function sweep(
  { engine }: ContainerStream,
  containers: Containers,
  request: Of<"sweep">,
): Promise<HostAnswer> {
  const { address, current, next, previous, replaced } = containers;
  if (!hasLeftover(containers)) return unchanged(request);
  if (current === undefined && previous !== undefined) await rename(engine, previous, address.container);
  const stopped = address.exclusive && next !== undefined && (current ?? previous);
  if (stopped && stopped.status === "exited") await startAgain(engine, stopped, address);
  // the next one never served anybody; of two others the one that was replaced did
  if (next !== undefined) await remove(engine, next, 0);
  if (replaced !== undefined) await remove(engine, replaced, address.stop);
  if (previous !== undefined && isFollowed(containers)) await stop(engine, previous, address.stop);
  return done(request);
}

async function startAgain(engine: Engine, container: Container, address: ContainerAddress): Promise<void> {
  const trouble = await start(engine, container);
  if (trouble === undefined) await keepUp(engine, container, address);
}

export function hasLeftover(containers: Containers): boolean {
  const { current, next, previous, replaced } = containers;
  const isMoved = current === undefined && previous !== undefined;
  return next !== undefined || replaced !== undefined || isMoved || isFollowed(containers);
}

/** The old one runs on beside the one that took its place: a run was cut short before it was drained. */
function isFollowed({ current, previous }: Containers): boolean {
  return isRunning(current) && isRunning(previous);
}

function carries(container: Container | undefined, record: ReleaseRecord): boolean {
  const given = container?.mark?.record;
  if (given?.release !== record.release || given.digest !== record.digest || container === undefined) return false;
  return compareEnvironment(container.environment.reveal(), record).length === 0;
}
