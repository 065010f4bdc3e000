import { AppError, Sensitive, systemClock, unreachable, type Clock } from "#kernel";
import type { TargetAddress } from "../address.ts";
import { done, failed, performInOrder } from "../answer.ts";
import { refuseContainers } from "../container-refused.ts";
import { dialHere, loopbackPort } from "../dial.ts";
import { reachProcess, removeProcess } from "./user-runtime.ts";
import { fencedBy, fencedError, takesOwnership } from "../fence.ts";
import type { Controller, RuntimeHost, TargetContent } from "../host.ts";
import type { HostAnswer, HostRequest } from "../request.ts";
import { attach } from "./attach.ts";
import { drainInstance } from "./drain.ts";
import { observeTarget } from "./observe.ts";
import { instancePath, placeOf, readController, readWhole, writeJson, type Place } from "./place.ts";
import { claim, forget, returnPrevious, stage, swap, sweep } from "./release.ts";
import { reloadInstance, restartInstance } from "./restart.ts";
import { processEnvironment } from "./identity.ts";
import { publish, returnSite } from "./site.ts";
import { openHold } from "./hold.ts";
import { lives, readStarted } from "./running.ts";
import { openStream, type ProcessStream } from "./stream.ts";
import { verifyInstance } from "./verify.ts";
import { runCommand } from "../run-command.ts";
import { nothingHeld } from "../search.ts";

export interface ProcessHostOptions {
  readonly name: string;
  /** where files, records, logs and the list of processes are kept */
  readonly folder: string;
  /** path of the Node that a command `node …` is run with */
  readonly node: string;
  /** reads the staged file as the service's consumer would */
  readonly readFile: (bytes: Uint8Array) => readonly { readonly name: string; readonly value: Sensitive }[];
  /** this process's environment; only PATH, HOME, LANG, TZ and their like are passed on */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock?: Clock;
}

/**
 * This machine, for services that run as plain processes: the same promises as a remote host (staged files, records,
 * fencing, previous file kept), kept below one folder and without root. Processes outlive this one.
 */
export function openProcessHost(options: ProcessHostOptions): RuntimeHost {
  const stream = { ...options, clock: options.clock ?? systemClock };
  return {
    name: options.name,
    observe: async (targets) => {
      refuseContainers(options.name, targets);
      return Promise.all(targets.map((target) => observeTarget(options, target)));
    },
    perform: async (controller, requests, performOptions) => {
      const targets = new Set(requests.map((request) => request.target));
      refuseContainers(options.name, [...targets]);
      for (const target of targets) {
        await checkFence(options, target, controller);
      }
      const signal = performOptions?.signal;
      const opened = openStream(signal === undefined ? stream : { ...stream, signal });
      const hold = openHold(stream);
      try {
        return await performInOrder(
          requests,
          async (request) => {
            await hold.take(request.target);
            await checkFence(options, request.target, controller);
            await takeOwnership(options.folder, request, controller);
            return performOne(opened, request);
          },
          performOptions,
        );
      } finally {
        await hold.release();
      }
    },
    read: (target) => readTarget(options, target),
    // their logs and files are of this machine: `keyturn scan` looks through them
    search: async () => nothingHeld,
    run: (command, runOptions) => runCommand(command, { ...runOptions, environment: options.environment }),
    dial: async (port, address) => dialHere(options.name, loopbackPort(port, address)),
    reach: reachProcess,
    remove: async (controller, target) => {
      await checkFence(options, target, controller);
      const hold = openHold(stream);
      await hold.take(target);
      return removeProcess(stream, target).finally(() => hold.release());
    },
    close: async () => {},
  };
}

async function performOne(stream: ProcessStream, request: HostRequest): Promise<HostAnswer> {
  const place = placeOf(stream.folder, request.target.service);
  try {
    return await performKind(stream, place, request);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOSPC") return failed(request, "no-space", "no space left on the disk");
    if (code === "EROFS") return failed(request, "read-only", "the file system is read-only");
    if (code === "EACCES" || code === "EPERM") return failed(request, "refused", "no permission to write there");
    throw error;
  }
}

async function performKind(stream: ProcessStream, place: Place, request: HostRequest): Promise<HostAnswer> {
  switch (request.kind) {
    case "attach":
      return attach(place, request, stream.attached);
    case "stage":
      return stage(place, request, stream.attached);
    case "swap":
      await stream.noteInvocations(request.target);
      return swap(place, request);
    case "claim":
      return claim(place, request);
    case "drain":
      return drainInstance(stream, request);
    case "restart":
      return request.action === "reload" ? reloadInstance(stream, request) : restartInstance(stream, request);
    case "verify":
      return verifyInstance(stream, request);
    case "return":
      if (request.target.runtime.kind === "site") return returnSite(place, request);
      await stream.noteInvocations(request.target);
      return returnPrevious(place, request);
    case "forget":
      return forget(place, request);
    case "sweep":
      return sweep(place, request);
    case "prepare":
      // local processes run from the checkout itself; there is nothing to refresh
      return done(request);
    case "publish":
      return publish(place, request);
    default:
      return unreachable(request);
  }
}

async function checkFence(options: ProcessHostOptions, target: TargetAddress, controller: Controller): Promise<void> {
  const stored = await readController(placeOf(options.folder, target.service).controller);
  if (stored !== undefined && fencedBy(stored, controller)) {
    throw fencedError(options.name, target.id, stored, controller);
  }
}

async function takeOwnership(folder: string, request: HostRequest, controller: Controller): Promise<void> {
  const path = placeOf(folder, request.target.service).controller;
  const stored = await readController(path);
  if (stored === undefined && !takesOwnership(request.kind)) return;
  const { owner, epoch, lease, auditHead } = controller;
  if (stored?.epoch === epoch && stored.lease === lease && stored.auditHead === auditHead) return;
  await writeJson(path, { owner, epoch, lease, auditHead });
}

async function readTarget(options: ProcessHostOptions, target: TargetAddress): Promise<TargetContent> {
  refuseContainers(options.name, [target]);
  const place = placeOf(options.folder, target.service);
  const owner = await readController(place.controller);
  if (owner !== undefined) {
    throw new AppError("HOST_REFUSED", `${target.id} belongs to ${owner.owner}: its content is not read any more`);
  }
  const file = await readWhole(place.file);
  const instances = target.runtime.kind === "site" ? [] : target.runtime.instances;
  const processes = await Promise.all(
    instances.map(async ({ instance }) => {
      const started = await readStarted(instancePath(options.folder, target.service, instance));
      if (started === undefined || !(await lives(started))) return [];
      const environment = await processEnvironment(started.pid);
      return environment === undefined ? [] : [{ instance, environment: Sensitive.of(environment) }];
    }),
  );
  return { ...(file === undefined ? {} : { file: Sensitive.of(file) }), processes: processes.flat() };
}
