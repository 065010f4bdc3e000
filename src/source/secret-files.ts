import { stat } from "node:fs/promises";
import { join } from "node:path";
import { AppError, Sensitive, type Finding } from "#kernel";
import { openToOthers, readBoundedFile } from "./bounded-file.ts";
import type { SourceReading, SourceValue } from "./source.ts";

const limit = 1024 * 1024;

/**
 * A folder with one file per name, as Docker (`/run/secrets`), Kubernetes and systemd (`$CREDENTIALS_DIRECTORY`) mount
 * secrets. Up to 1 MiB each. Exactly one final line feed is taken off, since editors and `echo` add it; a value that
 * must end in one has two in its file. Nothing else is changed. Only names asked for are opened, the folder is not
 * listed. A file that can't be used is an error finding, so that all of them are told at once.
 */
export async function readSecretFiles(folder: string, names: readonly string[]): Promise<SourceReading> {
  await checkFolder(folder);
  const values: SourceValue[] = [];
  const findings: Finding[] = [];
  for (const name of new Set(names)) {
    const path = join(folder, name);
    const file = await readBoundedFile(path, limit);
    if (file.kind === "refused") findings.push(unusable(`${path} ${file.reason}`));
    if (file.kind !== "read") continue;
    values.push({ name, value: Sensitive.of(withoutLineFeed(file.bytes)), origin: `file:${path}` });
    if (file.openToOthers) findings.push(openToOthers(path));
  }
  return { label: `files:${folder}`, values, findings };
}

async function checkFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch((cause: unknown) => {
    throw new AppError("FILE_UNREADABLE", `${folder} does not exist or may not be read`, { cause });
  });
  if (!found.isDirectory()) throw new AppError("FILE_UNREADABLE", `${folder} is not a folder`);
}

function withoutLineFeed(bytes: Buffer): Buffer {
  return bytes.at(-1) === 10 ? bytes.subarray(0, -1) : bytes;
}

function unusable(message: string): Finding {
  return { severity: "error", code: "source-file-unusable", message };
}
