import type { Clock, Sensitive } from "#kernel";
import type { TargetAddress } from "../address.ts";
import type { Attached } from "./attach.ts";
import { instancePath } from "./place.ts";
import { readStarted } from "./running.ts";

/** One call of `perform`: what it must remember from one request to the next. */
export interface ProcessStream {
  readonly folder: string;
  readonly node: string;
  readonly readFile: (bytes: Uint8Array) => readonly { readonly name: string; readonly value: Sensitive }[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** how a process that this stream started has ended, if it has */
  readonly endings: Map<string, string>;
  /** the start that a later `verify` must not find any more */
  readonly oldInvocations: Map<string, string>;
  readonly reloaded: Set<string>;
  readonly attached: Attached;
  readonly signal?: AbortSignal;
  readonly noteInvocations: (target: TargetAddress) => Promise<void>;
}

export type StreamOptions = Pick<ProcessStream, "folder" | "node" | "readFile" | "environment" | "clock" | "signal">;

export function openStream(options: StreamOptions): ProcessStream {
  const oldInvocations = new Map<string, string>();
  return {
    folder: options.folder,
    node: options.node,
    readFile: options.readFile,
    environment: options.environment,
    clock: options.clock,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    endings: new Map(),
    oldInvocations,
    reloaded: new Set(),
    attached: new Map(),
    noteInvocations: async (target) => {
      if (target.runtime.kind === "site") return;
      for (const { instance } of target.runtime.instances) {
        const started = await readStarted(instancePath(options.folder, target.service, instance));
        if (started !== undefined) oldInvocations.set(instanceKey(target, instance), started.invocation);
      }
    },
  };
}

export function instanceKey(target: TargetAddress, instance: string): string {
  return `${target.id} ${instance}`;
}
