import { AppError } from "#kernel";
import { openToOthers, readBoundedFile } from "./bounded-file.ts";
import type { SourceContext, SourceReading } from "./source.ts";

const limit = 4 * 1024 * 1024;

/** A file of up to 4 MiB. Its reader's findings come along, also those about names that were not asked for. */
export async function readDotenvFile(path: string, { names, readDotenv }: SourceContext): Promise<SourceReading> {
  const file = await readBoundedFile(path, limit);
  if (file.kind === "absent") throw new AppError("FILE_UNREADABLE", `${path} does not exist`);
  if (file.kind === "refused") throw new AppError("FILE_UNREADABLE", `${path} ${file.reason}`, { cause: file.cause });
  const { entries, findings } = readDotenv(file.bytes);
  const asked = new Set(names);
  const last = new Map(entries.filter(({ name }) => asked.has(name)).map(({ name, value }) => [name, value]));
  const label = `file:${path}`;
  return {
    label,
    values: [...last].map(([name, value]) => ({ name, value, origin: label })),
    findings: [...findings, ...(file.openToOthers ? [openToOthers(path)] : [])],
  };
}
