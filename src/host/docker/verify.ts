import { done, failed } from "../answer.ts";
import { failingCheck } from "../check.ts";
import { compareEnvironment } from "../record.ts";
import type { HostAnswer, HostRequest } from "../request.ts";
import { keepUp, type Trouble } from "./change.ts";
import { isRunning, type Container } from "./container.ts";
import { containerWay } from "./container-way.ts";
import { look } from "./look.ts";
import { candidate } from "./restart.ts";
import type { ContainerStream } from "./stream.ts";

type VerifyRequest = Extract<HostRequest, { kind: "verify" }>;

/** A container that runs this long counts as started where no check says more, ms. */
const settleTime = 400;

/** Looks until everything asked for is true at once, or the deadline has gone; a dead container ends it early. */
export async function verify(stream: ContainerStream, request: VerifyRequest): Promise<HostAnswer> {
  const { clock } = stream;
  const begin = clock.monotonic();
  for (;;) {
    const containers = await look(stream.engine, request.target);
    const container = candidate(containers);
    const age = clock.monotonic() - begin;
    const trouble = ended(container) ?? (await unready(stream, request, { container, age }));
    if (trouble === undefined && container !== undefined) {
      await keepUp(stream.engine, container, containers.address);
      return done(request);
    }
    if (trouble === undefined) continue;
    if (trouble.final === true || age >= request.deadline) return failed(request, trouble.reason, trouble.detail);
    await clock.sleep(100, stream.signal);
  }
}

interface Ended extends Trouble {
  /** waiting longer changes nothing */
  readonly final?: boolean;
}

/** What it wrote before its end is not repeated: values may be in it. */
function ended(container: Container | undefined): Ended | undefined {
  if (container === undefined) return { reason: "unit-missing", detail: "there is no such container", final: true };
  if (container.status === "created") {
    return { reason: "not-restarted", detail: "the new container was not started", final: true };
  }
  if (container.restarts > 0) {
    const detail = `the container ended and the engine started it again (exit code ${container.exitCode})`;
    return { reason: "died", detail, final: true };
  }
  if (isRunning(container)) return undefined;
  const memory = container.outOfMemory ? ", out of memory" : "";
  return { reason: "died", detail: `the container ended (exit code ${container.exitCode}${memory})`, final: true };
}

interface Seen {
  readonly container: Container | undefined;
  /** how long it has been looked at, ms */
  readonly age: number;
}

async function unready(
  { engine, way }: ContainerStream,
  { target, checks }: VerifyRequest,
  { container, age }: Seen,
): Promise<Ended | undefined> {
  const record = container?.mark?.record;
  if (container === undefined || record === undefined) return undefined;
  const names = compareEnvironment(container.environment.reveal(), record);
  if (names.length > 0) {
    const detail = `the container has other values of ${names.slice(0, 10).join(", ")}`;
    return { reason: "environment-differs", detail, final: true };
  }
  if (checks.length > 0 && container.address === undefined) {
    const detail = "the container has no address that a check could reach: give it a network";
    return { reason: "unhealthy", detail, final: true };
  }
  if (container.health === "starting" || container.health === "unhealthy") {
    return { reason: "unhealthy", detail: `the image's own health check says ${container.health}` };
  }
  const unhealthy = await failingCheck(checks, labelOf(container), containerWay(way, container));
  if (unhealthy !== undefined) return { reason: "unhealthy", detail: unhealthy };
  if (checks.length === 0 && age < settleTime) return { reason: "timeout", detail: "just started" };
  // a check may have been answered by a process that has died since
  return ended(candidate(await look(engine, target)));
}

/** The record's release, where the container was given it: one without the variable has no label to report. */
function labelOf({ mark }: Container): string | undefined {
  const told = mark?.record.variables.some(({ name }) => name === "KEYTURN_RELEASE");
  return told === true ? mark?.record.release : undefined;
}
