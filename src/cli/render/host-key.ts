import type { AcceptHostResult, ShownKeys } from "#operation";
import type { Colors } from "../terminal.ts";
import { renderTable } from "./table.ts";

export function renderHostKeys(host: string, { keys, state }: ShownKeys, color: Colors): string {
  const title = state === "changed" ? color.red(`${host} shows OTHER keys than before:`) : `${host} shows:`;
  const rows = keys.map(({ type, fingerprint }) => [`  ${type}`, fingerprint]);
  const compare = "for f in /etc/ssh/ssh_host_*_key.pub; do ssh-keygen -lf $f; done";
  return `${title}\n${renderTable(rows)}compare on the machine's own console: ${color.dim(compare)}\n`;
}

export function renderAccepted({ kind, host, keptName, file, keys }: AcceptHostResult, color: Colors): string {
  switch (kind) {
    case "cancelled":
      return "nothing was changed\n";
    case "unchanged":
      return `${host} is known already\n`;
    case "accepted":
      return `${color.green("accepted")}: ${keys.length} key${keys.length === 1 ? "" : "s"} of ${keptName}, in ${file}\n`;
  }
}
