import { AppError } from "#kernel";
import type { TargetAddress } from "./address.ts";
import type { Controller, Host, PerformOptions, RuntimeHost } from "./host.ts";
import type { TargetObservation } from "./observation.ts";
import type { HostAnswer, HostRequest } from "./request.ts";
import type { HostSearch, HostSearched } from "./search.ts";

export interface MixedHostOptions {
  readonly machine: Host;
  /** opened when the first container is asked for */
  readonly engine: () => RuntimeHost;
}

/** One machine whose containers are made by its Docker engine, while everything else there goes its own way. */
export function openMixedHost({ machine, engine }: MixedHostOptions): RuntimeHost {
  let opened: RuntimeHost | undefined;
  const engineHost = () => (opened ??= engine());
  const hostFor = (target: TargetAddress): Host => (isContainer(target) ? engineHost() : machine);
  const runtimesFor = (target: TargetAddress): RuntimeHost => {
    const host = hostFor(target);
    if (isRuntimeHost(host)) return host;
    throw new AppError("INTERNAL", `${target.id} runs for no user`);
  };
  return {
    name: machine.name,
    observe: (targets) => observeBoth(targets, hostFor),
    perform: (controller, requests, options) => performInTurn(controller, requests, hostFor, options),
    read: (target) => hostFor(target).read(target),
    search: (request) => searchMachine(machine, request),
    run: (command, options) => machine.run(command, options),
    dial: (port, address) => machine.dial(port, address),
    reach: (target, port) => runtimesFor(target).reach(target, port),
    remove: (controller, target) => runtimesFor(target).remove(controller, target),
    close: async () => {
      await Promise.all([machine.close(), opened?.close()]);
    },
  };
}

function isRuntimeHost(host: Host): host is RuntimeHost {
  return "reach" in host && "remove" in host;
}

function isContainer({ runtime }: TargetAddress): boolean {
  return runtime.kind === "docker";
}

/** The machine knows nothing of values that containers alone were given. */
async function searchMachine(machine: Host, request: HostSearch): Promise<HostSearched> {
  const own = request.values
    .map((value, index) => ({ value, index }))
    .filter(({ value }) => !isContainer(value.target));
  const found = await machine.search({ ...request, values: own.map(({ value }) => value) });
  const indexOf = (at: number): number => own[at]?.index ?? at;
  return {
    ...found,
    held: found.held.map(indexOf),
    places: found.places.map((place) => ({ ...place, value: indexOf(place.value) })),
  };
}

type HostFor = (target: TargetAddress) => Host;

async function observeBoth(targets: readonly TargetAddress[], hostFor: HostFor): Promise<readonly TargetObservation[]> {
  const byKind = Map.groupBy(targets, hostFor);
  const observed = await Promise.all([...byKind].map(([host, own]) => host.observe(own)));
  const byTarget = new Map(observed.flat().map((state) => [state.target, state]));
  return targets.flatMap(({ id }) => byTarget.get(id) ?? []);
}

/** In order; a change of the way begins another stream. */
async function performInTurn(
  controller: Controller,
  requests: readonly HostRequest[],
  hostFor: HostFor,
  options?: PerformOptions,
): Promise<readonly HostAnswer[]> {
  const answers: HostAnswer[] = [];
  for (let at = 0; at < requests.length;) {
    const host = hostFor((requests[at] as HostRequest).target);
    const next = requests.findIndex(({ target }, index) => index > at && hostFor(target) !== host);
    const own = requests.slice(at, next === -1 ? undefined : next);
    const given = await host.perform(controller, own, options);
    answers.push(...given);
    const ended = given.length < own.length || given.at(-1)?.kind === "failed" || options?.stop?.aborted === true;
    if (ended) break;
    at += own.length;
  }
  return answers;
}
