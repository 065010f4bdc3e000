import { done, failed } from "../answer.ts";
import { failingCheck } from "../check.ts";
import { carriedBy } from "../record.ts";
import type { FailureReason, HostAnswer, HostRequest } from "../request.ts";
import { processEnvironment } from "./identity.ts";
import { instancePath, placeOf, readRecord, readWhole } from "./place.ts";
import { lives, readStarted } from "./running.ts";
import { instanceKey, type ProcessStream } from "./stream.ts";

type VerifyRequest = Extract<HostRequest, { kind: "verify" }>;

/** The variable that tells a service its release. */
const label = "KEYTURN_RELEASE";

/** A process that lives this long counts as started where no health check says more, ms. */
const settleTime = 400;

/** Looks until everything asked for is true at once, or the deadline has gone; a dead process ends it early. */
export async function verifyInstance(stream: ProcessStream, request: VerifyRequest): Promise<HostAnswer> {
  const deadline = stream.clock.monotonic() + request.deadline;
  for (;;) {
    const trouble = await troubleNow(stream, request);
    if (trouble === undefined) return done(request);
    if (trouble.final === true || stream.clock.monotonic() >= deadline) {
      return failed(request, trouble.reason, trouble.detail);
    }
    await stream.clock.sleep(100, stream.signal);
  }
}

interface Trouble {
  readonly reason: FailureReason;
  readonly detail: string;
  /** waiting longer changes nothing */
  readonly final?: boolean;
}

async function troubleNow(stream: ProcessStream, request: VerifyRequest): Promise<Trouble | undefined> {
  const { target, instance } = request;
  const key = instanceKey(target, instance);
  const started = await readStarted(instancePath(stream.folder, target.service, instance));
  if (started === undefined) return { reason: "unit-missing", detail: "the process was never started", final: true };
  if (!(await lives(started))) {
    // the kernel knows of the end a moment before its parent is told
    await stream.clock.sleep(50);
    const ending = stream.endings.get(`${key} ${started.invocation}`);
    return { reason: "died", detail: `the process ended (${ending ?? "exit code unknown"})`, final: true };
  }
  const reloaded = stream.reloaded.has(key);
  if (!reloaded && stream.oldInvocations.get(key) === started.invocation) {
    return { reason: "not-restarted", detail: "the process is older than the file" };
  }
  const differing = reloaded ? undefined : await differingNames(stream, request, started.pid);
  if (differing !== undefined) return { reason: "environment-differs", detail: differing, final: true };
  const unhealthy = await failingCheck(request.checks, await labelGiven(stream, request));
  if (unhealthy !== undefined) return { reason: "unhealthy", detail: unhealthy };
  const age = stream.clock.now() - started.startedAt;
  if (request.checks.length === 0 && age >= 0 && age < settleTime) return { reason: "timeout", detail: "just started" };
  // a check may have been answered by another process on the same port while ours died
  return (await lives(started)) ? undefined : troubleNow(stream, request);
}

/** The record's release, where the file gives it to the process: one that was taken over has no label. */
async function labelGiven(stream: ProcessStream, { target }: VerifyRequest): Promise<string | undefined> {
  const place = placeOf(stream.folder, target.service);
  const file = await readWhole(place.file);
  return file?.includes(label) === true ? (await readRecord(place.record))?.release : undefined;
}

async function differingNames(stream: ProcessStream, request: VerifyRequest, pid: number): Promise<string | undefined> {
  const record = await readRecord(placeOf(stream.folder, request.target.service).record);
  if (record === undefined) return undefined;
  const carried = carriedBy(await processEnvironment(pid), record, undefined);
  if (carried.kind !== "different") return undefined;
  return `the process has other values of ${carried.names.slice(0, 10).join(", ")}`;
}
