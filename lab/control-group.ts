import { existsSync, mkdirSync } from "node:fs";
import { labName } from "./place.ts";
import { attempt } from "./run.ts";

/**
 * Each host's systemd gets a group of its own in the hierarchy that it manages. Started from one shell they would share
 * one, and a stop of a unit on one host would reach the processes of the unit of that name on all of them.
 */
export function enterControlGroup(name: string): readonly string[] {
  const groups = hierarchies().map((hierarchy) => `${hierarchy}/${labName}/${name}`);
  for (const group of groups) mkdirSync(group, { recursive: true });
  const script =
    'count=$1; shift; while [ $count -gt 0 ]; do echo $$ >"$1/cgroup.procs"; shift; count=$((count-1)); done; exec "$@"';
  return ["sh", "-c", script, "sh", `${groups.length}`, ...groups];
}

export async function removeControlGroup(name?: string): Promise<void> {
  for (const hierarchy of hierarchies()) {
    const group = `${hierarchy}/${labName}${name === undefined ? "" : `/${name}`}`;
    // folders of control groups can only be removed one by one, from the innermost
    if (existsSync(group)) await attempt(["find", group, "-depth", "-type", "d", "-exec", "rmdir", "{}", ";"]);
  }
}

/** Those that exist now, of all hosts. */
export function controlGroups(): readonly string[] {
  return hierarchies()
    .map((hierarchy) => `${hierarchy}/${labName}`)
    .filter((group) => existsSync(group));
}

/** systemd's own hierarchies: the one of version 2, or the named one of version 1 and the empty one beside it. */
function hierarchies(): readonly string[] {
  if (existsSync("/sys/fs/cgroup/cgroup.procs")) return ["/sys/fs/cgroup"];
  return ["/sys/fs/cgroup/systemd", "/sys/fs/cgroup/unified"].filter((path) => existsSync(`${path}/cgroup.procs`));
}
