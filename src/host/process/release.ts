import { rename, rm, stat, writeFile } from "node:fs/promises";
import { done, failed, unchanged } from "../answer.ts";
import type { HostAnswer, HostRequest } from "../request.ts";
import { prune, sameAttachments, takeAttached, unnamed, type Attached } from "./attach.ts";
import {
  fileMode,
  readRecord,
  readWhole,
  removeTemporaries,
  sameRelease,
  sha256,
  syncFolder,
  temporaries,
  writeJson,
  writeWhole,
  type Place,
  type StoredRecord,
} from "./place.ts";

type Of<Kind extends HostRequest["kind"]> = Extract<HostRequest, { kind: Kind }>;

export async function stage(place: Place, request: Of<"stage">, attached: Attached): Promise<HostAnswer> {
  const bytes = request.file.reveal();
  const attachments = takeAttached(attached, request.target.id, request.record.release);
  const record: StoredRecord = { ...request.record, file: sha256(bytes), attachments };
  const present = await readWhole(place.file);
  const recorded = await readRecord(place.record);
  const fine = present !== undefined && sha256(present) === record.file && (await fileMode(place.file)) === "600";
  if (fine && isSame(recorded, record) && !(await isRewritten(place))) {
    await sweepPlace(place);
    await prune(place);
    return unchanged(request);
  }
  await writeWhole(place.staged, bytes);
  await writeJson(place.stagedRecord, record);
  return done(request);
}

export async function swap(place: Place, request: Of<"swap">): Promise<HostAnswer> {
  const staged = await readWhole(place.staged);
  const record = await readRecord(place.stagedRecord);
  if (staged === undefined || record === undefined) {
    if ((await readRecord(place.record)) === undefined) return failed(request, "failed", "nothing was staged");
    await prune(place);
    return unchanged(request);
  }
  if (sha256(staged) !== record.file) return failed(request, "corrupt", "the staged file is not the one that was sent");
  if (request.unproved !== true) await keepPrevious(place, record.file);
  await rm(place.returned, { force: true });
  await rename(place.staged, place.file);
  await rename(place.stagedRecord, place.record);
  await syncFolder(place.folder);
  await prune(place);
  return done(request);
}

export async function claim(place: Place, request: Of<"claim">): Promise<HostAnswer> {
  const present = await readWhole(place.file);
  if (present === undefined) return failed(request, "failed", "there is no file to claim");
  const record: StoredRecord = { ...request.record, file: sha256(present) };
  const recorded = await readRecord(place.record);
  if (recorded?.file === record.file && sameRelease(recorded, record)) return unchanged(request);
  await rm(place.returned, { force: true });
  await writeJson(place.record, record);
  return done(request);
}

export async function returnPrevious(place: Place, request: Of<"return">): Promise<HostAnswer> {
  const previous = await readWhole(place.previous);
  if (previous === undefined) {
    if ((await readWhole(place.returned)) !== undefined) return unchanged(request);
    return failed(request, "no-previous", "no earlier file was kept");
  }
  const record = await readRecord(place.previousRecord);
  await writeWhole(place.file, previous);
  if (record === undefined) await rm(place.record, { force: true });
  else await writeJson(place.record, record);
  await writeFile(place.returned, "", { mode: 0o600 });
  await forgetPrevious(place);
  await sweepPlace(place);
  await prune(place);
  return done(request);
}

export async function forget(place: Place, request: Of<"forget">): Promise<HostAnswer> {
  if ((await readWhole(place.previous)) === undefined) return unchanged(request);
  await forgetPrevious(place);
  await prune(place);
  return done(request);
}

export async function sweep(place: Place, request: Of<"sweep">): Promise<HostAnswer> {
  const left = await hasLeftover(place);
  await sweepPlace(place);
  await removeTemporaries(place.folder);
  await prune(place);
  return left ? done(request) : unchanged(request);
}

/** Another hand wrote the file since a release was recorded: what is written here is recorded afterwards. */
export async function isRewritten(place: Place): Promise<boolean> {
  const [file, record] = await Promise.all(
    [place.file, place.record].map((path) => stat(path, { bigint: true }).catch(() => undefined)),
  );
  return file !== undefined && record !== undefined && file.mtimeNs > record.mtimeNs;
}

/** A run that was killed left it: what `sweep` takes away. */
export async function hasLeftover(place: Place): Promise<boolean> {
  const staged = await Promise.all([place.staged, place.stagedRecord].map(readWhole));
  if (staged.some((bytes) => bytes !== undefined)) return true;
  return (await temporaries(place.folder)).length > 0 || (await unnamed(place)).length > 0;
}

/** A second swap of the same file, after a crash, must not make the new file its own predecessor. */
async function keepPrevious(place: Place, next: string): Promise<void> {
  const present = await readWhole(place.file);
  if (present === undefined) return forgetPrevious(place);
  if (sha256(present) === next) return;
  const record = await readRecord(place.record);
  await writeWhole(place.previous, present);
  // a file that was edited comes back as it was found, and no record may claim it
  if (record?.file !== sha256(present)) await rm(place.previousRecord, { force: true });
  else await writeJson(place.previousRecord, record);
}

function isSame(recorded: StoredRecord | undefined, record: StoredRecord): boolean {
  return recorded !== undefined && sameRelease(recorded, record) && sameAttachments(recorded, record);
}

async function forgetPrevious(place: Place): Promise<void> {
  await rm(place.previous, { force: true });
  await rm(place.previousRecord, { force: true });
}

async function sweepPlace(place: Place): Promise<void> {
  await rm(place.staged, { force: true });
  await rm(place.stagedRecord, { force: true });
}
