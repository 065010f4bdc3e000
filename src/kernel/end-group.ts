/**
 * Ends a program and all that it started, with SIGKILL: it leads a group of its own where the system has groups (`detached` when it
 * was started). Nothing of a program that has ended by itself.
 */
export function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(hasGroups ? -pid : pid, "SIGKILL");
  } catch {
    // it ended by itself in the meantime
  }
}

/** Whether a program that is started `detached` leads a group. */
export const hasGroups = process.platform !== "win32";
