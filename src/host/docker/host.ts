import type { Duplex } from "node:stream";
import { AppError, systemClock, unreachable, type Clock } from "#kernel";
import type { TargetAddress } from "../address.ts";
import { failed, performInOrder } from "../answer.ts";
import { dialHere, loopbackPort } from "../dial.ts";
import type { Controller, RuntimeHost } from "../host.ts";
import type { HostAnswer, HostRequest } from "../request.ts";
import { nothingHeld } from "../search.ts";
import type { SshHostOptions } from "../ssh/host.ts";
import { remove } from "./change.ts";
import { isRunning, type Container } from "./container.ts";
import { drainContainer } from "./drain.ts";
import { openEngine, unexpected, type Engine } from "./engine.ts";
import { all, demandOurs, foreign, look, serving, type Containers } from "./look.ts";
import { observe } from "./observe.ts";
import { forget, returnPrevious, stage, swap, sweep } from "./release.ts";
import { restart } from "./restart.ts";
import { sshWay } from "./ssh-way.ts";
import type { ContainerStream } from "./stream.ts";
import { verify } from "./verify.ts";
import { socketWay, type EngineWay } from "./way.ts";

export interface DockerHostOptions {
  readonly name: string;
  /** this machine's engine, by its socket, or the one of a machine behind sshd */
  readonly engine: { readonly kind: "socket"; readonly path: string } | ({ readonly kind: "ssh" } & SshLogin);
  readonly clock?: Clock;
}

type SshLogin = Omit<SshHostOptions, "name" | "seats">;

/** A Docker engine: each target is one container that is made anew for each release. What `stage` carries is NUL-separated. */
export interface DockerHost extends RuntimeHost {
  /** Rejects with HOST_UNREACHABLE and what to do when no engine answers. */
  ping(): Promise<void>;
}

export function openDockerHost({ name, engine: place, clock = systemClock }: DockerHostOptions): DockerHost {
  const way = place.kind === "socket" ? socketWay(name, place.path) : sshWay({ name, ...place });
  const engine = openEngine(way);
  const looked = async (target: TargetAddress, controller: Controller) => {
    const containers = await look(engine, target);
    demandOurs(engine, target, containers, controller);
    return containers;
  };
  return {
    name,
    observe: (targets) => Promise.all(targets.map(async (target) => observe(target, await look(engine, target)))),
    perform: async (controller, requests, options = {}) => {
      const { signal } = options;
      const stream = {
        engine: engine.until(signal),
        way,
        controller,
        clock,
        ...(signal === undefined ? {} : { signal }),
      };
      await Promise.all([...new Set(requests.map(({ target }) => target))].map((target) => looked(target, controller)));
      const one = async (request: HostRequest) => performOne(stream, await looked(request.target, controller), request);
      return performInOrder(requests, one, options);
    },
    read: async (target) => {
      throw new AppError("HOST_REFUSED", `${target.id} is a container, which is made and never taken over`, {
        hint: "give its variables to the store with `keyturn import`, and let `keyturn apply` make it",
      });
    },
    // an engine knows no search; the machine that it runs on may
    search: async () => nothingHeld,
    run: async () => {
      throw new AppError("INTERNAL", `${name} is an engine, and runs no commands`);
    },
    ping: async () => {
      const answer = await engine.call("GET", "/_ping");
      if (answer.status !== 200) throw unexpected(name, answer, "a ping");
    },
    dial: async (port, address) => {
      const to = loopbackPort(port, address);
      if (place.kind === "socket") return dialHere(name, to);
      return way.reach(to.host, to.port);
    },
    reach: (target, port) => reach(engine, way, { target, port }),
    remove: async (controller, target) => {
      const containers = await looked(target, controller);
      const stranger = foreign(target, containers);
      if (stranger !== undefined)
        throw new AppError("HOST_REFUSED", notOurs(stranger.name), { hint: mend(stranger.name) });
      for (const container of all(containers)) await remove(engine, container, containers.address.stop);
      return all(containers).length > 0;
    },
    close: async () => {
      engine.close();
      await way.close();
    },
  };
}

interface Port {
  readonly target: TargetAddress;
  readonly port: number;
}

/** One that serves no more by the time that it was to be reached has another in its place. */
async function reach(engine: Engine, way: EngineWay, to: Port, refusing?: Container): Promise<Duplex> {
  const { target, port } = to;
  const container = serving(await look(engine, target));
  const hint = "`keyturn status` shows what runs";
  if (!isRunning(container) || container.address === undefined) {
    throw new AppError("HOST_UNREACHABLE", `${target.id} does not run, or has no address`, { hint });
  }
  if (container.id === refusing?.id) {
    throw new AppError("HOST_UNREACHABLE", `${target.id} takes no connection at its port ${port}`, { hint });
  }
  return way.reach(container.address, port).catch(() => reach(engine, way, to, container));
}

async function performOne(stream: ContainerStream, containers: Containers, request: HostRequest): Promise<HostAnswer> {
  const stranger = foreign(request.target, containers);
  if (stranger !== undefined) {
    return failed(request, "refused", `${notOurs(stranger.name)}: ${mend(stranger.name)}`);
  }
  switch (request.kind) {
    case "stage":
      return stage(stream, containers, request);
    case "swap":
      return swap(stream, containers, request);
    case "restart":
      return restart(stream, containers, request);
    case "verify":
      return verify(stream, request);
    case "drain":
      return drainContainer(stream, containers, request);
    case "return":
      return returnPrevious(stream, containers, request);
    case "forget":
      return forget(stream, containers, request);
    case "sweep":
      return sweep(stream, containers, request);
    case "claim":
      if (containers.current === undefined) return failed(request, "failed", "there is no container to claim");
      return failed(request, "refused", "a container is made, not taken over");
    case "attach":
      return failed(request, "refused", "a container gets no file variables: give it the content as a variable");
    case "prepare":
    case "publish":
      return failed(request, "refused", "a container has its code in its image");
    default:
      return unreachable(request);
  }
}

function notOurs(name: string): string {
  return `the container ${name} was not made by Keyturn for this target`;
}

function mend(name: string): string {
  return `rename it (\`docker rename ${name} ${name}-old\`) or remove it`;
}
