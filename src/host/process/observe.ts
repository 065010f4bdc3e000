import { stat } from "node:fs/promises";
import { userInfo } from "node:os";
import { join } from "node:path";
import type { TargetAddress } from "../address.ts";
import type {
  Carried,
  FileObservation,
  InstanceObservation,
  RecordName,
  Shadow,
  TargetObservation,
} from "../observation.ts";
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
import { hasLeftover, isRewritten } from "./release.ts";
import { lives, readStarted, type StartedProcess } from "./running.ts";
import { observeSite } from "./site.ts";
import type { ProcessStream } from "./stream.ts";

interface Records {
  readonly record: StoredRecord | undefined;
  readonly previous: StoredRecord | undefined;
}

/** A local machine keeps its state in this folder, and reads files as its services do. */
type Options = Pick<ProcessStream, "folder" | "readFile">;

export async function observeTarget(options: Options, target: TargetAddress): Promise<TargetObservation> {
  const { folder } = options;
  const place = placeOf(folder, target.service);
  const owner = await readController(place.controller);
  const records = { record: await readRecord(place.record), previous: await readRecord(place.previousRecord) };
  const runtime = target.runtime;
  const instances = runtime.kind === "site" ? [] : runtime.instances;
  const shadows = await shadowsOf(options, target, records.record);
  return {
    target: target.id,
    owner: owner === undefined ? { kind: "none" } : { kind: "owned", ...owner },
    ...(records.record === undefined ? {} : { record: nameOf(records.record) }),
    ...(records.previous === undefined ? {} : { previous: nameOf(records.previous) }),
    file:
      runtime.kind === "site"
        ? await observeSite(runtime.path, records.record)
        : await observeFile(options, place, records),
    ...((await hasLeftover(place)) ? { leftover: true } : {}),
    instances: await Promise.all(
      instances.map(async ({ instance, unit }) => ({
        ...(await observeInstance(folder, target.service, instance, unit, records)),
        ...(shadows.length === 0 ? {} : { shadows }),
      })),
    ),
  };
}

/** A file in the service's own folder that its own reader of such files would find. */
async function shadowsOf(
  { readFile }: Options,
  { runtime }: TargetAddress,
  record: StoredRecord | undefined,
): Promise<readonly Shadow[]> {
  if (runtime.kind !== "process" || record === undefined) return [];
  const path = join(runtime.directory, ".env");
  const bytes = await readWhole(path);
  const ours = new Set(record.variables.map(({ name }) => name));
  const names = namesIn(readFile, bytes).filter((name) => ours.has(name));
  return names.length === 0 ? [] : [{ kind: "dotenv", wins: "unknown", path, names }];
}

function namesIn(readFile: Options["readFile"], bytes: Buffer | undefined): readonly string[] {
  return [...new Set(bytes === undefined ? [] : readFile(bytes).map(({ name }) => name))].toSorted();
}

async function observeFile({ readFile }: Options, place: Place, records: Records): Promise<FileObservation> {
  const bytes = await readWhole(place.file);
  if (bytes === undefined) return { kind: "missing" };
  const found = await stat(place.file);
  const user = userInfo();
  const content = await contentOf(sha256(bytes), place, records);
  const known = records.record?.variables.map(({ name }) => name) ?? [];
  const foreign = content === "edited" ? namesIn(readFile, bytes).filter((name) => !known.includes(name)) : [];
  return {
    kind: "present",
    owner: found.uid === user.uid ? user.username : String(found.uid),
    group: found.gid === user.gid ? user.username : String(found.gid),
    mode: await fileMode(place.file),
    content,
    modifiedAt: Math.trunc(found.mtimeMs),
    ...((await isRewritten(place)) ? { rewritten: true } : {}),
    ...(foreign.length === 0 ? {} : { foreign }),
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
