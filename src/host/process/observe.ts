import { stat } from "node:fs/promises";
import { userInfo } from "node:os";
import type { TargetAddress } from "../host.ts";
import type { Carried, FileObservation, InstanceObservation, RecordName, TargetObservation } from "../observation.ts";
import { carriedBy } from "../record.ts";
import { isWhole } from "./attach.ts";
import { processEnvironment } from "./identity.ts";
import {
  fileMode,
  instancePath,
  placeOf,
  readController,
  readRecord,
  readWhole,
  sha256,
  type Place,
  type StoredRecord,
} from "./place.ts";
import { hasLeftover } from "./release.ts";
import { lives, readStarted, type StartedProcess } from "./running.ts";
import { observeSite } from "./site.ts";

interface Records {
  readonly record: StoredRecord | undefined;
  readonly previous: StoredRecord | undefined;
}

export async function observeTarget(folder: string, target: TargetAddress): Promise<TargetObservation> {
  const place = placeOf(folder, target.service);
  const owner = await readController(place.controller);
  const records = { record: await readRecord(place.record), previous: await readRecord(place.previousRecord) };
  const runtime = target.runtime;
  const instances = runtime.kind === "site" ? [] : runtime.instances;
  return {
    target: target.id,
    owner: owner === undefined ? { kind: "none" } : { kind: "owned", ...owner },
    ...(records.record === undefined ? {} : { record: nameOf(records.record) }),
    ...(records.previous === undefined ? {} : { previous: nameOf(records.previous) }),
    file: runtime.kind === "site" ? await observeSite(runtime.path, records.record) : await observeFile(place, records),
    ...((await hasLeftover(place)) ? { leftover: true } : {}),
    instances: await Promise.all(
      instances.map(({ instance, unit }) => observeInstance(folder, target.service, instance, unit, records)),
    ),
  };
}

async function observeFile(place: Place, records: Records): Promise<FileObservation> {
  const bytes = await readWhole(place.file);
  if (bytes === undefined) return { kind: "missing" };
  const found = await stat(place.file);
  const user = userInfo();
  const digest = sha256(bytes);
  return {
    kind: "present",
    owner: found.uid === user.uid ? user.username : String(found.uid),
    group: found.gid === user.gid ? user.username : String(found.gid),
    mode: await fileMode(place.file),
    content: await contentOf(digest, place, records),
    modifiedAt: Math.trunc(found.mtimeMs),
  };
}

type Content = Extract<FileObservation, { kind: "present" }>["content"];

/** A file whose file variables lack their contents is not what was given, whatever it says itself. */
async function contentOf(digest: string, place: Place, { record, previous }: Records): Promise<Content> {
  if (record === undefined) return "unrecorded";
  if (record.file === digest && (await isWhole(place, record))) return "recorded";
  return previous?.file === digest && (await isWhole(place, previous)) ? "previous" : "edited";
}

async function observeInstance(
  folder: string,
  service: string,
  instance: string,
  unit: string,
  records: Records,
): Promise<InstanceObservation> {
  const started = await readStarted(instancePath(folder, service, instance));
  if (started === undefined) return { instance, unit, state: "inactive", carries: { kind: "unknown" } };
  if (!(await lives(started))) return { instance, unit, state: "failed", carries: { kind: "unknown" } };
  return {
    instance,
    unit,
    state: "active",
    pid: started.pid,
    invocation: started.invocation,
    startedAt: started.startedAt,
    carries: await carries(started, records),
  };
}

/** Where the kernel hides environments, what was given at the start stands in. */
async function carries(started: StartedProcess, { record, previous }: Records): Promise<Carried> {
  if (process.platform === "linux") return carriedBy(await processEnvironment(started.pid), record, previous);
  if (started.given === undefined || record === undefined) return { kind: "unknown" };
  if (sameName(started.given, record)) return { kind: "recorded" };
  if (previous !== undefined && sameName(started.given, previous)) return { kind: "previous" };
  return { kind: "different", names: [] };
}

function sameName(left: RecordName, right: RecordName): boolean {
  return left.release === right.release && left.digest === right.digest;
}

function nameOf(record: StoredRecord): RecordName {
  return { release: record.release, digest: record.digest };
}
