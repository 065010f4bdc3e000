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
export function mendCommand(difference: Difference, { target: { desired, service }, entry }: Spot): string {
  const preparing = `keyturn hosts prepare ${desired.host}`;
  const apply = `keyturn apply ${desired.target}`;
  switch (difference.kind) {
    case "instance-missing":
      return service.runtime.kind === "systemd" ? preparing : apply;
    case "unit-reads-other": {
      const { saidIn, units } = difference;
      const ours = service.runtime.kind === "systemd" && service.runtime.unitFile !== undefined;
      if (ours && saidIn === `/etc/systemd/system/${service.runtime.unit}`) return preparing;
      return saidIn === undefined ? onHost(entry, `systemctl cat ${unitText(units)}`) : onHost(entry, editUnit(saidIn));
    }
    case "variable-shadowed": {
      const { path, place, units } = difference;
      if (desired.runtime === "process") return `$EDITOR ${path ?? "."}`;
      if (path === undefined || path.includes("?")) return onHost(entry, `systemctl cat ${unitText(units)}`);
      return onHost(entry, place === "unit" ? editUnit(path) : `sudoedit ${path}`);
    }
    default:
      return apply;
  }
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
