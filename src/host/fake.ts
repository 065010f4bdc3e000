import type { Duplex } from "node:stream";
import { AppError, Sensitive } from "#kernel";
import type { TargetAddress } from "./address.ts";
import { failed, instanceOf, performInOrder } from "./answer.ts";
import { loopbackPort, notTaken, portHint, type Port } from "./dial.ts";
import { observeFake } from "./fake/observe.ts";
import { searchFake } from "./fake/search.ts";
import { performFake } from "./fake/perform.ts";
import { instancesOf, newTarget, start, type FakeSources, type FakeTarget } from "./fake/target.ts";
import { fencedBy, fencedError, takesOwnership } from "./fence.ts";
import type { Host, RunOptions, RunResult } from "./host.ts";
import type { FailureReason, HostAnswer, HostRequest } from "./request.ts";

export interface FakeHostOptions {
  readonly name: string;
  /** reads a file as the service would; without it a process carries the record that was there at its start */
  readonly readFile?: (bytes: Uint8Array) => readonly { readonly name: string; readonly value: Sensitive }[];
  readonly now?: () => number;
  /** what `run` gives back; exit code 0 when absent */
  readonly run?: (command: readonly string[], options: RunOptions) => Promise<RunResult>;
  /** what listens at its loopback; nothing does when absent */
  readonly dial?: (to: Port) => Promise<Duplex>;
}

/** A second implementation of `Host`, in memory, for the tests of the rooms above; passes the same contract suite. */
export interface FakeHost extends Host {
  /** every request that was tried, in order */
  readonly log: readonly FakeLogEntry[];
  /** the next `times` requests that match fail; all of them when absent */
  failNext(match: FakeMatch, reason: FailureReason, times?: number): void;
  /** called before each request; may throw, wait, or end the test's process */
  beforeRequest(hook: ((request: HostRequest) => void | Promise<void>) | undefined): void;
  setUnreachable(unreachable: boolean): void;
  /** calls neither answer nor fail until this is false again or their signal aborts */
  setHanging(hanging: boolean): void;
  /** puts a file there that no controller gave, and runs the instances with it */
  put(target: TargetAddress, file: Sensitive): void;
  /** changes the file behind everyone's back */
  edit(target: TargetAddress, file: Sensitive | undefined): void;
  /** lets a file lie there, beside the places of targets */
  lay(path: string, content: Buffer): void;
  /** what the instance's unit reads, and what sets variables beside the file */
  say(target: TargetAddress, instance: string, sources: FakeSources): void;
  stop(target: TargetAddress, instance: string, state?: "inactive" | "failed" | "missing"): void;
  /** from now until its next start: it has a call that does not end, or takes no notice of a reload */
  trouble(target: TargetAddress, instance: string, kind: "busy" | "deaf"): void;
  fileOf(target: TargetAddress): Sensitive | undefined;
  /** contents of file variables by `r7/NAME`, as they lie there */
  attachmentsOf(target: TargetAddress): Map<string, Buffer>;
}

interface FakeMatch {
  readonly kind: HostRequest["kind"];
  readonly target?: string;
  readonly instance?: string;
}

interface FakeLogEntry {
  readonly kind: HostRequest["kind"];
  readonly target: string;
  readonly instance?: string;
  readonly outcome: HostAnswer["kind"];
}

export function createFakeHost(options: FakeHostOptions): FakeHost {
  const targets = new Map<string, FakeTarget>();
  const laid = new Map<string, Buffer>();
  const log: FakeLogEntry[] = [];
  const failures: { readonly match: FakeMatch; readonly reason: FailureReason; left: number }[] = [];
  let hook: ((request: HostRequest) => void | Promise<void>) | undefined;
  let unreachableNow = false;
  let released: Promise<void> | undefined;
  let release = () => {};

  const targetOf = (address: TargetAddress) => {
    const known = targets.get(address.id) ?? newTarget();
    targets.set(address.id, known);
    return known;
  };
  const reach = async (signal?: AbortSignal) => {
    signal?.throwIfAborted();
    if (released !== undefined) await Promise.race([released, aborted(signal)]);
    if (unreachableNow) throw new AppError("HOST_UNREACHABLE", `${options.name} can't be reached`);
  };
  const context = {
    now: options.now ?? Date.now,
    ...(options.readFile === undefined ? {} : { readFile: options.readFile }),
  };

  return {
    name: options.name,
    log,
    observe: async (addresses) => {
      await reach();
      return addresses.map((address) => observeFake(address, targetOf(address), context));
    },
    perform: async (controller, requests, performOptions = {}) => {
      await reach(performOptions.signal);
      for (const { target } of requests) {
        const stored = targetOf(target).controller;
        if (stored !== undefined && fencedBy(stored, controller))
          throw fencedError(options.name, target.id, stored, controller);
      }
      const noted = new Map<string, string | undefined>();
      for (const { target } of requests) targetOf(target).attached = [];
      const one = async (request: HostRequest): Promise<HostAnswer> => {
        await hook?.(request);
        await reach(performOptions.signal);
        const target = targetOf(request.target);
        if (target.controller !== undefined || takesOwnership(request.kind)) target.controller = { ...controller };
        const failure = failures.find(({ match, left }) => left > 0 && matches(match, request));
        if (failure !== undefined) failure.left -= 1;
        const answer =
          failure === undefined
            ? performFake(target, request, noted, context)
            : failed(request, failure.reason, `made to fail: ${failure.reason}`);
        const instance = instanceOf(request);
        log.push({
          kind: request.kind,
          target: request.target.id,
          ...(instance === undefined ? {} : { instance }),
          outcome: answer.kind,
        });
        return answer;
      };
      return performInOrder(requests, one, performOptions);
    },
    read: async (address) => {
      await reach();
      const target = targetOf(address);
      if (target.controller !== undefined) throw new AppError("HOST_REFUSED", `${address.id} has an owner already`);
      const processes = [...target.instances].flatMap(([instance, { environment }]) =>
        environment === undefined ? [] : [{ instance, environment: Sensitive.of(environment) }],
      );
      return { ...(target.file === undefined ? {} : { file: Sensitive.of(target.file.bytes) }), processes };
    },
    search: async (request) => {
      await reach(request.signal);
      return searchFake(laid, request, ({ target }) => targetOf(target));
    },
    run: async (command, runOptions) => {
      await reach(runOptions.signal);
      return options.run?.(command, runOptions) ?? { kind: "exited", code: 0 };
    },
    dial: async (port, address) => {
      const to = loopbackPort(port, address);
      await reach();
      if (options.dial !== undefined) return options.dial(to);
      throw new AppError("HOST_UNREACHABLE", notTaken(options.name, to, "refused"), { hint: portHint });
    },
    close: async () => {},
    failNext: (match, reason, times = Infinity) => void failures.push({ match, reason, left: times }),
    beforeRequest: (next) => {
      hook = next;
    },
    setUnreachable: (next) => {
      unreachableNow = next;
    },
    setHanging: (next) => {
      release();
      released = next ? new Promise((resolve) => (release = resolve)) : undefined;
    },
    put: (address, file) => {
      const target = targetOf(address);
      target.file = { bytes: file.reveal(), modifiedAt: context.now() };
      for (const instance of instancesOf(address)) start(target, instance, context);
    },
    edit: (address, file) => {
      const target = targetOf(address);
      if (file === undefined) delete target.file;
      else target.file = { bytes: file.reveal(), modifiedAt: context.now(), rewritten: true };
    },
    lay: (path, content) => void laid.set(path, content),
    say: (address, instance, sources) => void targetOf(address).sources.set(instance, sources),
    stop: (address, instance, state = "inactive") => {
      targetOf(address).instances.set(instance, { state, startedAt: context.now() });
    },
    trouble: (address, instance, kind) => {
      const found = targetOf(address).instances.get(instance);
      if (found !== undefined) found[kind] = true;
    },
    fileOf: (address) => {
      const { file } = targetOf(address);
      return file === undefined ? undefined : Sensitive.of(file.bytes);
    },
    attachmentsOf: (address) => targetOf(address).attachments,
  };
}

function matches(match: FakeMatch, request: HostRequest): boolean {
  if (match.kind !== request.kind || (match.target !== undefined && match.target !== request.target.id)) return false;
  return match.instance === undefined || match.instance === instanceOf(request);
}

function aborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    signal?.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
}
