import type { TargetAddress } from "../address.ts";
import type { Carried, FileObservation, InstanceObservation, TargetObservation } from "../observation.ts";
import { carriedBy } from "../record.ts";
import type { ReleaseRecord } from "../request.ts";
import { hasLeftover } from "./attach.ts";
import type { FakeContext, FakeInstance, FakeRecord, FakeTarget } from "./target.ts";

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
