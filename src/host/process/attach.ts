import { lstat, readdir, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { done, failed, unchanged } from "../answer.ts";
import { attachmentLimit, isAttachmentName } from "../attachment.ts";
import type { HostAnswer, HostRequest } from "../request.ts";
import { readRecord, readWhole, sha256, writeWhole, type Place, type StoredRecord } from "./place.ts";

/** Contents that came in this stream, for the record of the release that is staged next. */
export type Attached = Map<string, { readonly release: string; readonly name: string; readonly digest: string }[]>;

export async function attach(
  place: Place,
  request: Extract<HostRequest, { kind: "attach" }>,
  attached: Attached,
): Promise<HostAnswer> {
  const { release, name, content, target } = request;
  if (target.runtime.kind === "site") return failed(request, "refused", "the target has no file");
  if (!isAttachmentName(request)) return failed(request, "refused", "the name of a file variable has other letters");
  if (content.byteLength > attachmentLimit) {
    return failed(request, "refused", "a file variable holds at most a megabyte");
  }
  for (const folder of [place.attachments, join(place.attachments, release)]) {
    if ((await kindOf(folder)) === "other")
      return failed(request, "refused", "something else is in the folder's place");
  }
  const path = join(place.attachments, release, name);
  const present = await kindOf(path);
  if (present === "other" || present === "folder") {
    return failed(request, "refused", "something else than a file is in its place");
  }
  const bytes = content.reveal();
  const digest = sha256(bytes);
  if (!(await isFree(place, { release, name, digest }))) {
    return failed(request, "refused", `${release} is another release here, with another ${name}`);
  }
  attached.set(target.id, [...(attached.get(target.id) ?? []), { release, name, digest }]);
  if (await isAttached(path, digest)) return unchanged(request);
  await writeWhole(path, bytes);
  return done(request);
}

/** Labels of a store that had the target before may come again: what a record names is never replaced by other content. */
async function isFree(place: Place, wanted: { release: string; name: string; digest: string }): Promise<boolean> {
  const records = await Promise.all([place.record, place.previousRecord].map(readRecord));
  return records.every((record) => {
    const given = record?.release === wanted.release ? record.attachments?.[wanted.name] : undefined;
    return given === undefined || given === wanted.digest;
  });
}

/** What came for this release; the next stage begins anew. */
export function takeAttached(attached: Attached, target: string, release: string): Readonly<Record<string, string>> {
  const found = (attached.get(target) ?? []).filter((one) => one.release === release);
  attached.delete(target);
  return Object.fromEntries(found.map(({ name, digest }) => [name, digest]));
}

export function sameAttachments(left: StoredRecord, right: StoredRecord): boolean {
  const [one, other] = [left.attachments ?? {}, right.attachments ?? {}];
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
}

/** Every file variable of the record is as it was given. */
export async function isWhole(place: Place, { release, attachments = {} }: StoredRecord): Promise<boolean> {
  const found = Object.entries(attachments).map(([name, digest]) => {
    return isAttached(join(place.attachments, release, name), digest);
  });
  return (await Promise.all(found)).every(Boolean);
}

export async function prune(place: Place): Promise<void> {
  for (const path of await unnamed(place)) await rm(path, { recursive: true, force: true });
  // only when nothing is left in it
  await rmdir(place.attachments).catch(() => undefined);
}

/** What no record names any more: folders of other releases, and leftovers in those that stay. */
export async function unnamed(place: Place): Promise<readonly string[]> {
  if ((await kindOf(place.attachments)) !== "folder") return [];
  const records = await Promise.all([place.record, place.previousRecord, place.stagedRecord].map(readRecord));
  const found: string[] = [];
  for (const release of await readdir(place.attachments)) {
    const path = join(place.attachments, release);
    const named = records.flatMap((record) => {
      return record?.release === release ? Object.keys(record.attachments ?? {}) : [];
    });
    if (!/^r\d+$/.test(release) || (await kindOf(path)) !== "folder") continue;
    if (named.length === 0) found.push(path);
    else found.push(...(await readdir(path)).filter((name) => !named.includes(name)).map((name) => join(path, name)));
  }
  return found;
}

async function isAttached(path: string, digest: string): Promise<boolean> {
  if ((await kindOf(path)) !== "file" || !(await isPrivate(path))) return false;
  const bytes = await readWhole(path);
  return bytes !== undefined && sha256(bytes) === digest;
}

async function isPrivate(path: string): Promise<boolean> {
  return process.platform === "win32" || ((await lstat(path)).mode & 0o7777) === 0o600;
}

async function kindOf(path: string): Promise<"missing" | "file" | "folder" | "other"> {
  const found = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (found === undefined) return "missing";
  if (found.isFile()) return "file";
  return found.isDirectory() ? "folder" : "other";
}
