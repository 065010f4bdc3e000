import { randomBytes } from "node:crypto";
import type { Sensitive } from "#kernel";
import type { Controller, TargetAddress } from "../host.ts";
import type { Carried, FileObservation, InstanceObservation, TargetObservation } from "../observation.ts";
import { carriedBy } from "../record.ts";
import type { ReleaseRecord } from "../request.ts";
import { hasLeftover } from "./attach.ts";

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

interface FakeInstance {
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

export function observeFake(address: TargetAddress, target: FakeTarget, context: FakeContext): TargetObservation {
  const { runtime } = address;
  const { record, previous } = target;
  return {
    target: address.id,
    owner: target.controller === undefined ? { kind: "none" } : { kind: "owned", ...target.controller },
    ...(record === undefined ? {} : { record: { release: record.release, digest: record.digest } }),
    ...(previous?.record === undefined
      ? {}
      : { previous: { release: previous.record.release, digest: previous.record.digest } }),
    file: observeFile(address, target, context),
    ...(hasLeftover(target) ? { leftover: true } : {}),
    instances:
      runtime.kind === "site" ? [] : runtime.instances.map(({ instance, unit }) => observeOne(target, instance, unit)),
  };
}

function observeFile({ runtime }: TargetAddress, target: FakeTarget, { readFile }: FakeContext): FileObservation {
  if (target.file === undefined) return { kind: "missing" };
  const content = contentOf(target, target.file.bytes);
  const names = content === "edited" ? (readFile?.(target.file.bytes) ?? []).map(({ name }) => name) : [];
  const foreign = names
    .filter((name) => !target.record?.variables.some((variable) => variable.name === name))
    .toSorted();
  const wanted = runtime.kind === "systemd" || runtime.kind === "compose" ? runtime.file : undefined;
  const site = runtime.kind === "site" ? runtime : undefined;
  return {
    kind: "present",
    owner: wanted?.owner ?? site?.owner ?? "me",
    group: wanted?.group ?? site?.group ?? "me",
    mode: wanted?.mode ?? (site === undefined ? "600" : "755"),
    content,
    modifiedAt: target.file.modifiedAt,
    ...(target.record !== undefined && target.file.rewritten === true ? { rewritten: true } : {}),
    ...(foreign.length === 0 ? {} : { foreign }),
  };
}

function contentOf(target: FakeTarget, bytes: Buffer): "recorded" | "previous" | "edited" | "unrecorded" {
  const { record, previous } = target;
  if (record === undefined) return "unrecorded";
  if (record.content.equals(bytes) && isWhole(target, record)) return "recorded";
  const earlier = previous?.record;
  return earlier?.content.equals(bytes) && isWhole(target, earlier) ? "previous" : "edited";
}

function isWhole({ attachments }: FakeTarget, record: FakeRecord): boolean {
  return [...(record.attachments ?? [])].every(([name, content]) => {
    return attachments.get(`${record.release}/${name}`)?.equals(content) ?? false;
  });
}

function observeOne(target: FakeTarget, instance: string, unit: string): InstanceObservation {
  const found = target.instances.get(instance);
  if (found === undefined) return { instance, unit, state: "inactive", carries: { kind: "unknown" } };
  if (found.state !== "active") return { instance, unit, state: found.state, carries: { kind: "unknown" } };
  return {
    instance,
    unit,
    state: "active",
    pid: 1000,
    ...(found.invocation === undefined ? {} : { invocation: found.invocation }),
    startedAt: found.startedAt,
    carries: carriedNow(target, found),
    ...target.sources.get(instance),
  };
}

function carriedNow({ record, previous }: FakeTarget, { environment, given }: FakeInstance): Carried {
  if (record === undefined) return { kind: "unknown" };
  if (environment !== undefined) return carriedBy(environment, record, previous?.record);
  if (given !== undefined && same(given, record)) return { kind: "recorded" };
  if (given !== undefined && previous?.record !== undefined && same(given, previous.record))
    return { kind: "previous" };
  return { kind: "different", names: record.variables.map(({ name }) => name).toSorted() };
}

function same(left: ReleaseRecord, right: ReleaseRecord): boolean {
  return left.release === right.release && left.digest === right.digest;
}
