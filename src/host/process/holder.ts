import { readFile, readlink } from "node:fs/promises";
import { processIdentity } from "./identity.ts";

/**
 * What tells this process from every other, on this machine and elsewhere: the boot, the table of processes it is in (a
 * container has its own), its number and its start time. Undefined where the system doesn't tell.
 */
export async function ownHolder(): Promise<string | undefined> {
  const [table, identity] = await Promise.all([processTable(), processIdentity(process.pid)]);
  return table === undefined || identity === undefined ? undefined : `${table} ${process.pid} ${identity}`;
}

/** True only when it is certain: the holder was in the table of processes that this one is in, and is there no more. */
export async function isHolderGone(holder: string): Promise<boolean> {
  const [, table, pid, identity] = /^(\S+ \S+) (\d{1,10}) (\d+)$/.exec(holder) ?? [];
  if (table === undefined || table !== (await processTable())) return false;
  return (await processIdentity(Number(pid))) !== identity;
}

async function processTable(): Promise<string | undefined> {
  try {
    const boot = await readFile("/proc/sys/kernel/random/boot_id", "utf8");
    return `${boot.trim()} ${await readlink("/proc/self/ns/pid")}`;
  } catch {
    return undefined;
  }
}
