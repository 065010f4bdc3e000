export type { ContainerAddress, FileAddress, RuntimeAddress, TargetAddress, UnitAddress } from "./address.ts";
export type { Controller, Host, PerformOptions, RunOptions, RunResult, RuntimeHost, TargetContent } from "./host.ts";
export type { FailureReason, HostAnswer, HostCheck, HostDrain, HostRequest, ReleaseRecord } from "./request.ts";
export type {
  HostEncoding,
  HostLeft,
  HostPart,
  HostPlace,
  HostSearch,
  HostSearched,
  HostWhere,
  SearchedValue,
} from "./search.ts";
export { searchWithKit, type HostCandidate, type KitSearched } from "./kit-search.ts";
export { answerText, memberOf } from "./member.ts";
export type { Carried, FileObservation, InstanceObservation, RecordName, TargetObservation } from "./observation.ts";
export { attachmentPath } from "./attachment.ts";
export { openProcessHost, type ProcessHostOptions } from "./process/host.ts";
export { isHolderGone, ownHolder } from "./process/holder.ts";
export { processIdentity } from "./process/identity.ts";
export { runningProcesses, stopProcesses, type StartedProcess, type StopCounts } from "./process/running.ts";
export { makeRecord, type RecordInput } from "./record.ts";
export { openDockerHost, type DockerHost, type DockerHostOptions } from "./docker/host.ts";
export { runCommand, type RunCommandOptions } from "./run-command.ts";
export { openMixedHost } from "./mixed-host.ts";
export { openLocalHost, type LocalHostOptions } from "./local-host.ts";
export { helperVersion } from "./helper/helper-text.ts";
export { openSshHost, type SshHostOptions } from "./ssh/host.ts";
export { printable } from "./printable.ts";
export { createJumpSeats, type JumpSeats } from "./ssh/jump-seat.ts";
export { openSshCommand, type SshCommandOptions } from "./ssh/command-stream.ts";
export { sshUser } from "./ssh/user.ts";
export { scanHostKeys, type HostKey, type HostKeys } from "./ssh/host-key.ts";
export {
  bootstrapPlan,
  type BootstrapFolder,
  type BootstrapOptions,
  type BootstrapPlan,
  type BootstrapStep,
} from "./bootstrap/plan.ts";
export { runBootstrap, type BootstrapResult } from "./bootstrap/run.ts";
export type { BootstrapWay } from "./bootstrap/root-script.ts";
export { returnLine } from "./return-line.ts";
export { readMarks, takeOverTitle, takeOverDetail, type MarkedTarget } from "./bootstrap/take-over.ts";
export { processMarks, removeProcessMark } from "./process/take-over.ts";
export { takeLock, type Lock } from "./process/lock.ts";
export { fencedBy } from "./fence.ts";
export type { PrepareCommand } from "./bootstrap/allowlist.ts";
