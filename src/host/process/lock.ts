import { createHash, randomBytes } from "node:crypto";
import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { processIdentity } from "./identity.ts";

export type Lock =
  | { readonly kind: "taken"; readonly release: () => Promise<void> }
  /** by a process that lives */
  | { readonly kind: "held"; readonly pid: number };

/**
 * A file that one process at a time has, with its number and identity in it. What a killed one left behind is taken
 * over, by one of those that want it.
 */
export async function takeLock(path: string): Promise<Lock> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const own = `${process.pid} ${await processIdentity(process.pid)}\n${randomBytes(8).toString("hex")}`;
  for (;;) {
    if (await writeNew(path, own)) return { kind: "taken", release: () => rm(path, { force: true }) };
    const holder = await readText(path);
    if (holder === undefined) continue;
    const pid = await livingHolder(holder);
    if (pid !== undefined) return { kind: "held", pid };
    const other = await removeDead(path, holder);
    if (other !== undefined) return other;
  }
}

/** Appears with its text in it or not at all: an empty one would look like a left-over. */
async function writeNew(path: string, text: string): Promise<boolean> {
  const whole = `${path}.${process.pid}.${randomBytes(6).toString("hex")}`;
  try {
    await writeFile(whole, text, { mode: 0o600, flag: "wx" });
    await link(whole, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    await rm(whole, { force: true });
  }
}

async function livingHolder(holder: string): Promise<number | undefined> {
  const [, number = "", identity = ""] = /^(\d{1,10}) (.+)$/m.exec(holder) ?? [];
  return number !== "" && (await processIdentity(Number(number))) === identity ? Number(number) : undefined;
}

/**
 * No two holders have the same text. Whoever has the lock named after a dead one's text is the only one that may remove
 * that one, and can't meet a living holder's lock in its place.
 */
async function removeDead(path: string, holder: string): Promise<Lock | undefined> {
  const name = createHash("sha256").update(holder).digest("hex").slice(0, 16);
  const guard = await takeLock(`${path.replace(/\.over-[0-9a-f]{16}$/, "")}.over-${name}`);
  if (guard.kind === "held") return guard;
  try {
    if ((await readText(path)) === holder) await rm(path, { force: true });
  } finally {
    await guard.release();
  }
  return undefined;
}

async function readText(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
}
