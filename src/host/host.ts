import type { Duplex } from "node:stream";
import type { Sensitive } from "#kernel";
import type { TargetAddress } from "./address.ts";
import type { TargetObservation } from "./observation.ts";
import type { HostAnswer, HostRequest } from "./request.ts";
import type { HostSearch, HostSearched } from "./search.ts";

/** Who talks to a host. Machines refuse an older epoch or lease number, and another owner. */
export interface Controller {
  /** `platform/environment/store id`: whose targets these are */
  readonly owner: string;
  readonly epoch: number;
  readonly lease: number;
  /** head of the audit tree, `size:roothex`; kept by the host */
  readonly auditHead: string;
}

/**
 * One machine. Every call is bounded in time and size; what a machine answers is checked and escaped before it is
 * returned. An unreachable or unprepared machine is an AppError (HOST_UNREACHABLE, HOST_KEY_UNKNOWN, HOST_KEY_CHANGED,
 * HOST_UNPREPARED, HOST_FENCED, HOST_ANSWER_BROKEN); a request that a machine could not do is an answer.
 */
export interface Host {
  readonly name: string;
  /** State of the targets, in the order given. Reads only; values neither go nor come. May be repeated. */
  observe(targets: readonly TargetAddress[]): Promise<readonly TargetObservation[]>;
  /**
   * Does the requests in order, over one connection, and stops behind the first that failed, or behind the one at work
   * when `stop` is aborted: then the list of answers is shorter than the list of requests. Each request is idempotent:
   * the whole list may be sent again after a crash.
   */
  perform(
    controller: Controller,
    requests: readonly HostRequest[],
    options?: PerformOptions,
  ): Promise<readonly HostAnswer[]>;
  /**
   * What a target holds today, for taking it over: refused (`HOST_REFUSED`) once a controller owns it. `file` is the
   * environment file, `processes` the environment of each running instance, NUL-separated.
   */
  read(target: TargetAddress): Promise<TargetContent>;
  /**
   * Where values that the machine holds stand on it outside of their places: in its journal, the logs of its containers, and
   * files below `/opt` and the folders of its targets. A value of which the machine has no record is not looked for. Reads
   * only, leaves nothing there, and no text comes back. What the machine did not get to in time is told.
   */
  search(request: HostSearch): Promise<HostSearched>;
  /** Runs a command of the manifest as the connecting user, without secrets, output bounded and given line by line. */
  run(command: readonly string[], options: RunOptions): Promise<RunResult>;
  /**
   * A TCP stream to a port of the machine's own loopback (127.0.0.1, or another such address), as anyone who is logged in
   * there could open one: no helper and no root in it. Where nothing takes it this rejects, or the stream fails, with
   * HOST_UNREACHABLE; a stream that is no `Socket` may be on its way still. It counts as one of the machine's connections until the caller has destroyed it.
   */
  dial(port: number, address?: string): Promise<Duplex>;
  close(): Promise<void>;
}

/** A machine on which what runs for users can be reached, and taken away. */
export interface RuntimeHost extends Host {
  /** A connection to a port of what serves there now; HOST_UNREACHABLE when nothing takes it. */
  reach(target: TargetAddress, port: number): Promise<Duplex>;
  /** Stops it and takes away what was made for it, of no other owner. Gives false when there was nothing. */
  remove(controller: Controller, target: TargetAddress): Promise<boolean>;
}

export interface PerformOptions {
  /** called as each request goes out; those that only stage go together */
  readonly onStart?: (request: HostRequest) => void;
  /** called as each answer arrives */
  readonly onAnswer?: (answer: HostAnswer) => void;
  /** aborted: the request at work is done, and no other is begun */
  readonly stop?: AbortSignal;
  /** aborted: the connection is cut at once */
  readonly signal?: AbortSignal;
}

export interface RunOptions {
  readonly directory?: string;
  readonly timeout: number;
  /** what the command reads; nothing when absent */
  readonly input?: string;
  readonly onLine?: (line: string) => void;
  /** takes values out of a line before it is escaped and cut: what either leaves of one would not be known again */
  readonly mask?: (line: string) => string;
  readonly signal?: AbortSignal;
}

export type RunResult = { readonly kind: "exited"; readonly code: number } | { readonly kind: "timeout" };

export interface TargetContent {
  readonly file?: Sensitive;
  readonly processes: readonly { readonly instance: string; readonly environment: Sensitive }[];
}
