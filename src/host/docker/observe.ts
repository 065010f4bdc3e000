import type { TargetAddress } from "../address.ts";
import type { FileObservation, InstanceObservation, RecordName, TargetObservation } from "../observation.ts";
import { carriedBy, compareEnvironment } from "../record.ts";
import type { ReleaseRecord } from "../request.ts";
import { isRunning, type Container } from "./container.ts";
import { controllerOf, serving, type Containers } from "./look.ts";
import { hasLeftover } from "./release.ts";

/** What the containers of a target say, in the words for files: what one was created with stands for its file. */
export function observe({ id, service }: TargetAddress, containers: Containers): TargetObservation {
  const { current, previous } = containers;
  const owner = controllerOf(containers);
  const [record, before] = [current?.mark?.record, previous?.mark?.record];
  return {
    target: id,
    owner: owner === undefined ? { kind: "none" } : { kind: "owned", ...owner },
    ...(record === undefined ? {} : { record: recordName(record) }),
    ...(before === undefined || current === undefined ? {} : { previous: recordName(before) }),
    file: fileOf(current),
    ...(hasLeftover(containers) ? { leftover: true } : {}),
    instances: [instanceOf(containers, service)],
  };
}

function fileOf(current: Container | undefined): FileObservation {
  if (current === undefined) return { kind: "missing" };
  const record = current.mark?.record;
  const fits = record !== undefined && compareEnvironment(current.environment.reveal(), record).length === 0;
  return {
    kind: "present",
    owner: "root",
    group: "root",
    mode: "600",
    content: record === undefined ? "unrecorded" : fits ? "recorded" : "edited",
    modifiedAt: current.createdAt,
  };
}

function instanceOf(containers: Containers, service: string): InstanceObservation {
  const { address, current, previous } = containers;
  const [known] = address.instances;
  const name = { instance: known?.instance ?? "", unit: known?.unit ?? service };
  const container = serving(containers);
  if (container === undefined) return { ...name, state: "missing", carries: { kind: "unknown" } };
  const { pid, startedAt, environment } = container;
  return {
    ...name,
    state: stateOf(container),
    ...(pid === undefined ? {} : { pid }),
    invocation: container.id,
    ...(startedAt === undefined ? {} : { startedAt }),
    carries: isRunning(container)
      ? carriedBy(environment.reveal(), current?.mark?.record, previous?.mark?.record)
      : { kind: "unknown" },
  };
}

function stateOf({ status, health, exitCode }: Container): InstanceObservation["state"] {
  switch (status) {
    case "running":
      return health === "starting" ? "starting" : "active";
    case "created":
    case "paused":
      return "inactive";
    case "restarting":
    case "dead":
      return "failed";
    case "removing":
      return "stopping";
    case "exited":
      return exitCode === 0 ? "inactive" : "failed";
  }
}

function recordName({ release, digest }: ReleaseRecord): RecordName {
  return { release, digest };
}
