import { execFile } from "node:child_process";
import { chmod, lstat, mkdir, readdir, readlink, rename, rm, symlink } from "node:fs/promises";
import { userInfo } from "node:os";
import { basename, join } from "node:path";
import { AppError } from "#kernel";
import { done, failed, unchanged } from "../answer.ts";
import type { FileObservation } from "../observation.ts";
import type { HostAnswer, HostRequest } from "../request.ts";
import { readRecord, readWhole, writeJson, writeWhole, sameRelease, type Place, type StoredRecord } from "./place.ts";

type Of<Kind extends HostRequest["kind"]> = Extract<HostRequest, { kind: Kind }>;

/** Releases kept beside the published one, so that open pages find their files for a while. */
const keptReleases = 3;

/** `PATH/releases/ID` is made whole first; then the link `PATH/current` moves to it in one rename. */
export async function publish(place: Place, request: Of<"publish">): Promise<HostAnswer> {
  const { runtime } = request.target;
  if (runtime.kind !== "site") return failed(request, "refused", "the target is not a site");
  if (!/^[A-Za-z0-9][\w.-]{0,80}$/.test(request.id))
    return failed(request, "refused", "the bundle's id has other letters");
  const present = await currentRelease(runtime.path);
  const record = await readRecord(place.record);
  if (present === request.id && record?.file === request.id && sameRelease(record, request.record)) {
    return unchanged(request);
  }
  if (present !== request.id) {
    const trouble = await unpack(runtime.path, request.id, request.archive);
    if (trouble !== undefined) return failed(request, "corrupt", trouble);
    if (record === undefined) await rm(place.previousRecord, { force: true });
    else await writeJson(place.previousRecord, record);
    await writeWhole(place.previous, Buffer.from(present ?? ""));
  }
  await pointTo(runtime.path, request.id);
  await rm(place.returned, { force: true });
  await writeJson(place.record, { ...request.record, file: request.id });
  await keepLast(runtime.path, request.id, present);
  return done(request);
}

export async function returnSite(place: Place, request: Of<"return">): Promise<HostAnswer> {
  const { runtime } = request.target;
  const previous = (await readWhole(place.previous))?.toString("utf8");
  if (runtime.kind !== "site" || previous === undefined || previous === "") {
    if ((await readWhole(place.returned)) !== undefined) return unchanged(request);
    return failed(request, "no-previous", "no earlier bundle was kept");
  }
  await pointTo(runtime.path, previous);
  const record = await readRecord(place.previousRecord);
  if (record === undefined) await rm(place.record, { force: true });
  else await writeJson(place.record, record);
  await writeWhole(place.returned, Buffer.alloc(0));
  await rm(place.previous, { force: true });
  await rm(place.previousRecord, { force: true });
  return done(request);
}

export async function observeSite(path: string, record: StoredRecord | undefined): Promise<FileObservation> {
  const current = await currentRelease(path);
  if (current === undefined) return { kind: "missing" };
  const link = await lstat(join(path, "current"));
  const user = userInfo();
  return {
    kind: "present",
    owner: link.uid === user.uid ? user.username : String(link.uid),
    group: link.gid === user.gid ? user.username : String(link.gid),
    mode: "755",
    content: record === undefined ? "unrecorded" : record.file === current ? "recorded" : "edited",
    modifiedAt: Math.trunc(link.mtimeMs),
  };
}

/** The id of the release that `current` points to. */
async function currentRelease(path: string): Promise<string | undefined> {
  const link = await readlink(join(path, "current")).catch(() => undefined);
  return link === undefined ? undefined : basename(link);
}

async function unpack(path: string, id: string, archive: Uint8Array): Promise<string | undefined> {
  const release = join(path, "releases", id);
  const temporary = `${release}.tmp`;
  await rm(temporary, { recursive: true, force: true });
  await mkdir(temporary, { recursive: true });
  const trouble = await untar(temporary, archive);
  if (trouble !== undefined) {
    await rm(temporary, { recursive: true, force: true });
    return trouble;
  }
  await chmod(temporary, 0o755);
  await rm(release, { recursive: true, force: true });
  await rename(temporary, release);
  return undefined;
}

function untar(folder: string, archive: Uint8Array): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const child = execFile("tar", ["-x", "-f", "-", "-C", folder], { env: { PATH: "/usr/bin:/bin" } }, (error) => {
      if (error === null) resolve(undefined);
      else if (error.code === "ENOENT")
        reject(new AppError("COMMAND_FAILED", "tar is not installed", { cause: error }));
      else resolve("the archive could not be unpacked");
    });
    child.stdin?.on("error", () => {});
    child.stdin?.end(archive);
  });
}

async function pointTo(path: string, id: string): Promise<void> {
  const temporary = join(path, ".current.tmp");
  await rm(temporary, { force: true });
  await symlink(join("releases", id), temporary);
  await rename(temporary, join(path, "current"));
}

async function keepLast(path: string, id: string, previous: string | undefined): Promise<void> {
  const folder = join(path, "releases");
  const others = (await readdir(folder)).filter((name) => name !== id && name !== previous);
  const dated = await Promise.all(
    others.map(async (name) => ({ name, time: (await lstat(join(folder, name))).mtimeMs })),
  );
  const old = dated
    .toSorted((left, right) => right.time - left.time)
    .slice(keptReleases - (previous === undefined ? 1 : 2));
  await Promise.all(old.map(({ name }) => rm(join(folder, name), { recursive: true, force: true })));
}
