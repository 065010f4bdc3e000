import { AppError } from "#kernel";
import type { ContainerAddress, TargetAddress } from "../address.ts";
import { fencedBy, fencedError } from "../fence.ts";
import type { Controller } from "../host.ts";
import { isRunning, readContainer, type Container } from "./container.ts";
import { unexpected, type Engine } from "./engine.ts";

/** What is there of a target, by name. */
export interface Containers {
  readonly address: ContainerAddress;
  /** the one in place */
  readonly current?: Container;
  /** is to follow it */
  readonly next?: Container;
  /** was followed by it, and is kept as the way back */
  readonly previous?: Container;
  /** has nothing to do any more, and goes */
  readonly replaced?: Container;
}

export const nameOf = {
  next: ({ container }: ContainerAddress) => `${container}.next`,
  previous: ({ container }: ContainerAddress) => `${container}.previous`,
  replaced: ({ container }: ContainerAddress) => `${container}.replaced`,
} as const;

export async function look(engine: Engine, target: TargetAddress): Promise<Containers> {
  const address = containerOf(engine.host, target);
  const names = [address.container, nameOf.next(address), nameOf.previous(address), nameOf.replaced(address)];
  const [current, next, previous, replaced] = await Promise.all(names.map((name) => inspect(engine, name)));
  return {
    address,
    ...(current === undefined ? {} : { current }),
    ...(next === undefined ? {} : { next }),
    ...(previous === undefined ? {} : { previous }),
    ...(replaced === undefined ? {} : { replaced }),
  };
}

/** The one that serves: while a new one is in place and not started yet, that is the one from before. */
export function serving({ current, previous }: Containers): Container | undefined {
  return isRunning(previous) && !isRunning(current) ? previous : current;
}

export function all({ current, next, previous, replaced }: Containers): readonly Container[] {
  return [current, next, previous, replaced].filter((container) => container !== undefined);
}

/** The newest of those who made one of them. */
export function controllerOf(containers: Containers): Controller | undefined {
  const known = all(containers).flatMap(({ mark }) => (mark === undefined ? [] : [mark.controller]));
  return known.toSorted((left, right) => right.epoch - left.epoch || right.lease - left.lease)[0];
}

/** Refuses a controller whom one of the containers has outlived. */
export function demandOurs(
  engine: Engine,
  target: TargetAddress,
  containers: Containers,
  controller: Controller,
): void {
  for (const { name, mark } of all(containers)) {
    if (mark === undefined || mark.target !== target.id || !fencedBy(mark.controller, controller)) continue;
    const hint = `work from the store that made ${name}; when that is gone for good, \`docker rm -f ${name}\` makes room`;
    throw fencedError(engine.host, target.id, mark.controller, controller, hint);
  }
}

/** A container that has a name of the target's, and was made by others or for another target. */
export function foreign(target: TargetAddress, containers: Containers): Container | undefined {
  return all(containers).find(({ mark }) => mark?.target !== target.id);
}

function containerOf(host: string, { id, runtime }: TargetAddress): ContainerAddress {
  if (runtime.kind !== "docker") throw new AppError("INTERNAL", `${id} is no container, and ${host} has no others`);
  return runtime;
}

async function inspect(engine: Engine, name: string): Promise<Container | undefined> {
  const answer = await engine.call("GET", `/containers/${encodeURIComponent(name)}/json`);
  if (answer.status === 404) return undefined;
  if (answer.status !== 200) throw unexpected(engine.host, answer, "a look at a container");
  const container = readContainer(answer.text);
  if (container === undefined) {
    throw new AppError("HOST_ANSWER_BROKEN", `what the Docker engine of ${engine.host} says of ${name} can't be read`);
  }
  // a name may be the beginning of another container's id
  return container.name === name ? container : undefined;
}
