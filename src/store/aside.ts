import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";

/** How a file or folder is called while it is made beside its place; its number tells later runs whose it is. */
export function asidePrefix(name: string): string {
  return `.${name}.${process.pid}-`;
}

/** Removes what processes that are gone were making there under this name when they were killed. */
export async function sweepAside(folder: string, name: string): Promise<void> {
  for (const found of await readdir(folder).catch(() => [])) {
    const [, pid] = found.startsWith(`.${name}.`) ? (/^(\d{1,10})-/.exec(found.slice(name.length + 2)) ?? []) : [];
    if (pid !== undefined && isGone(Number(pid))) await rm(join(folder, found), { recursive: true, force: true });
  }
}

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ESRCH";
  }
}
