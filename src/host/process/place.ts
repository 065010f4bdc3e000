import { createHash, randomBytes } from "node:crypto";
import { chmod, mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Controller } from "../host.ts";
import type { ReleaseRecord } from "../request.ts";

/** Where one service of a process host keeps its file, its records and its processes. */
export interface Place {
  readonly folder: string;
  readonly file: string;
  readonly record: string;
  readonly staged: string;
  readonly stagedRecord: string;
  readonly previous: string;
  readonly previousRecord: string;
  readonly controller: string;
  /** there after a `return`, so that a repeated one is known to be done */
  readonly returned: string;
  /** contents of file variables, a folder for each release */
  readonly attachments: string;
  /** held by the process that changes something here */
  readonly lock: string;
}

/** A record with the digest of the file it belongs to. */
export interface StoredRecord extends ReleaseRecord {
  readonly file: string;
  /** the digests of its file variables' contents, by name */
  readonly attachments?: Readonly<Record<string, string>>;
}

export function placeOf(folder: string, service: string): Place {
  const inside = join(folder, folderOf(service));
  return {
    folder: inside,
    file: join(inside, ".env"),
    record: join(inside, "record.json"),
    staged: join(inside, "staged.env"),
    stagedRecord: join(inside, "staged.json"),
    previous: join(inside, "previous.env"),
    previousRecord: join(inside, "previous.json"),
    controller: join(inside, "controller.json"),
    returned: join(inside, "returned"),
    attachments: join(inside, ".env.d"),
    lock: join(inside, "lock"),
  };
}

/** One folder for each, also for a user's runtime: no other service's name has a `+`. */
export function folderOf(service: string): string {
  return service.replace("/", "+");
}

export function instancePath(folder: string, service: string, instance: string): string {
  return join(folder, folderOf(service), instance === "" ? "instance.json" : `instance-${instance}.json`);
}

export function logPath(folder: string, service: string, instance: string): string {
  const name = folderOf(service);
  return join(folder, name, instance === "" ? `${name}.log` : `${name}-${instance}.log`);
}

/** 0600, whole or not at all, and on the disk when this returns. */
export async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    const handle = await open(temporary, "wx", 0o600);
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await chmod(temporary, 0o600);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

/** Half-written files of `writeWhole`, in this folder and those below; only for whoever has its lock. */
export async function removeTemporaries(folder: string): Promise<void> {
  for (const path of await temporaries(folder)) await rm(path, { force: true });
}

export async function temporaries(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder, { recursive: true }).catch((): string[] => []);
  return names.filter((name) => /\.[0-9a-f]{12}\.tmp$/.test(name)).map((name) => join(folder, name));
}

export async function syncFolder(path: string): Promise<void> {
  try {
    const handle = await open(path, "r");
    await handle.sync().finally(() => handle.close());
  } catch (error) {
    // Windows can't open a folder, and needs no such call
    if (process.platform !== "win32") throw error;
  }
}

export async function readWhole(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Windows has no such modes: a file there is as private as its folder. */
export async function fileMode(path: string): Promise<string> {
  return process.platform === "win32" ? "600" : ((await stat(path)).mode & 0o7777).toString(8);
}

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

export async function readRecord(path: string): Promise<StoredRecord | undefined> {
  const record = await readJson<StoredRecord>(path);
  return record !== undefined && isRecord(record) ? record : undefined;
}

function isRecord({ release, digest, salt, whole, file, variables, attachments = {} }: Partial<StoredRecord>): boolean {
  if (![release, digest, salt, whole, file].every(isText) || !Array.isArray(variables)) return false;
  const listed: readonly (Partial<StoredRecord["variables"][number]> | null)[] = variables;
  if (!listed.every((variable) => isText(variable?.name) && isText(variable?.digest))) return false;
  return typeof attachments === "object" && attachments !== null && Object.values(attachments).every(isText);
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

/** A record made anew of the same content has another salt, and is the same release. */
export function sameRelease(left: ReleaseRecord | undefined, right: ReleaseRecord): boolean {
  return left !== undefined && left.release === right.release && left.digest === right.digest;
}

export async function readController(path: string): Promise<Controller | undefined> {
  const controller = await readJson<Controller>(path);
  if (!isText(controller?.owner) || !isText(controller.auditHead)) return undefined;
  return Number.isSafeInteger(controller.epoch) && Number.isSafeInteger(controller.lease) ? controller : undefined;
}

export async function writeJson(path: string, value: object): Promise<void> {
  await writeWhole(path, Buffer.from(`${JSON.stringify(value)}\n`));
}

/** A file that was cut or edited counts as absent: what runs and what lies there is looked at anyway. */
export async function readJson<T>(path: string): Promise<(Partial<T> & T) | undefined> {
  const bytes = await readWhole(path);
  if (bytes === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(bytes.toString("utf8"));
    return typeof value === "object" && value !== null ? (value as Partial<T> & T) : undefined;
  } catch {
    return undefined;
  }
}
