import type { BoundTarget } from "#binding";
import type { HostEntry } from "#contract";
import type { AbsentTarget, Difference } from "#plan";
import { unitText } from "./describe.ts";

/** Where a difference was found. */
export interface Spot {
  readonly target: BoundTarget;
  readonly entry: HostEntry;
}

/** The command that puts a difference right; for what a person has to mend, the one that opens the place. */
export function mendCommand(difference: Difference, { target, entry }: Spot): string {
  if (difference.kind === "unit-reads-other") return unitCommand(difference, { target, entry });
  if (difference.kind === "variable-shadowed") return placeCommand(difference, { target, entry });
  const isUnit = target.service.runtime.kind === "systemd" && difference.kind === "instance-missing";
  return isUnit ? `keyturn hosts prepare ${entry.name}` : `keyturn apply ${target.desired.target}`;
}

/** A unit that the manifest has is put there by Keyturn itself; a drop-in is whoever's wrote it. */
function unitCommand(
  { saidIn, units }: Difference & { kind: "unit-reads-other" },
  { target: { service }, entry }: Spot,
): string {
  const { runtime } = service;
  const ours = runtime.kind === "systemd" && runtime.unitFile !== undefined;
  if (ours && saidIn === `/etc/systemd/system/${runtime.unit}`) return `keyturn hosts prepare ${entry.name}`;
  return onHost(entry, saidIn === undefined ? `systemctl cat ${unitText(units)}` : editUnit(saidIn));
}

function placeCommand(
  { path, place, units }: Difference & { kind: "variable-shadowed" },
  { target: { desired }, entry }: Spot,
): string {
  if (desired.runtime === "process") return `$EDITOR ${path ?? "."}`;
  if (path === undefined || path.includes("?")) return onHost(entry, `systemctl cat ${unitText(units)}`);
  return onHost(entry, place === "unit" ? editUnit(path) : `sudoedit ${path}`);
}

/** What to try where nothing could be looked at. */
export function reachCommand({ host, code }: AbsentTarget): string {
  return code === "HOST_UNPREPARED" ? `keyturn hosts prepare ${host}` : `ssh ${host} true`;
}

function editUnit(path: string): string {
  return `'sudoedit ${path} && sudo systemctl daemon-reload'`;
}

function onHost({ name, connection }: HostEntry, command: string): string {
  return connection.kind === "local" ? command.replaceAll("'", "") : `ssh -t ${name} ${command}`;
}
