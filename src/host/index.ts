export type {
  Controller,
  FileAddress,
  Host,
  PerformOptions,
  RunOptions,
  RunResult,
  RuntimeAddress,
  TargetAddress,
  TargetContent,
  UnitAddress,
} from "./host.ts";
export type { FailureReason, HostAnswer, HostCheck, HostRequest, ReleaseRecord } from "./request.ts";
export type { Carried, FileObservation, InstanceObservation, RecordName, TargetObservation } from "./observation.ts";
