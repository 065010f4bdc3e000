import { readdirSync } from "node:fs";

/** looks that a process gets one after the other; what it is to become by `exec` it has become by then */
const young = 40;

/**
 * Gives, look by look, the numbers of the processes that are due: all young ones, and the others every fortieth time.
 * On a machine with hundreds of processes a look at each of them every few milliseconds takes a processor for itself.
 */
export function dueProcesses(): () => readonly string[] {
  let looks = new Map<string, number>();
  return () => {
    const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
    looks = new Map(pids.map((pid) => [pid, (looks.get(pid) ?? 0) + 1]));
    return pids.filter((pid) => isDue(looks.get(pid) ?? 0));
  };
}

function isDue(looks: number): boolean {
  return looks <= young || looks % young === 0;
}
