import { randomBytes } from "node:crypto";
import type { Sensitive } from "#kernel";
import type { TargetAddress } from "../address.ts";
import type { Controller } from "../host.ts";
import type { InstanceObservation } from "../observation.ts";
import type { ReleaseRecord } from "../request.ts";

/** One target's state in a fake host; what the helper keeps in files. */
export interface FakeTarget {
  controller?: Controller;
  /** `rewritten` by another hand since the record was made */
  file?: { readonly bytes: Buffer; readonly modifiedAt: number; readonly rewritten?: true };
  record?: FakeRecord;
  staged?: { readonly bytes: Buffer; readonly record: FakeRecord };
  previous?: { readonly bytes: Buffer; readonly record?: FakeRecord };
  returned: boolean;
  /** what lies on its disk, by `r7/NAME` */
  readonly attachments: Map<string, Buffer>;
  /** came, and was not staged yet */
  attached: { readonly release: string; readonly name: string; readonly content: Buffer }[];
  readonly instances: Map<string, FakeInstance>;
  /** what units say of themselves, by instance */
  readonly sources: Map<string, FakeSources>;
}

export type FakeSources = Pick<InstanceObservation, "reads" | "shadows">;

export interface FakeRecord extends ReleaseRecord {
  readonly content: Buffer;
  /** by name; the same bytes lie in `FakeTarget.attachments` unless someone changed them */
  readonly attachments?: ReadonlyMap<string, Buffer>;
}

export interface FakeInstance {
  readonly state: InstanceObservation["state"];
  readonly startedAt: number;
  readonly invocation?: string;
  readonly environment?: Buffer;
  /** the record that was there when it started */
  given?: FakeRecord;
  /** the release that it says it carries: of its start, or of the last reload */
  reports?: string;
  /** has a call that does not end */
  busy?: boolean;
  /** takes no notice of a reload */
  deaf?: boolean;
}

export function newTarget(): FakeTarget {
  return { returned: false, attachments: new Map(), attached: [], instances: new Map(), sources: new Map() };
}

export function instancesOf({ runtime }: TargetAddress): readonly string[] {
  return runtime.kind === "site" ? [] : runtime.instances.map(({ instance }) => instance);
}

export interface FakeContext {
  readonly now: () => number;
  readonly readFile?: (bytes: Uint8Array) => readonly { readonly name: string; readonly value: Sensitive }[];
}

export function start(target: FakeTarget, instance: string, context: FakeContext): void {
  const bytes = target.file?.bytes ?? Buffer.alloc(0);
  const environment = context
    .readFile?.(bytes)
    .flatMap(({ name, value }) => [Buffer.from(`${name}=`), value.reveal(), Buffer.of(0)]);
  target.instances.set(instance, {
    state: "active",
    startedAt: context.now(),
    invocation: randomBytes(16).toString("hex"),
    ...(environment === undefined ? {} : { environment: Buffer.concat(environment) }),
    ...(target.record === undefined ? {} : { given: target.record, reports: target.record.release }),
  });
}
