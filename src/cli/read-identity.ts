import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { AppError, Sensitive } from "#kernel";
import type { Call } from "./command.ts";

/** An age identity's file. A message never quotes it. */
export async function readIdentity({ place }: Call, file: string): Promise<Sensitive> {
  const path = resolve(place.folder, file);
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new AppError("FILE_UNREADABLE", `the identity file ${path} can't be read`, { cause });
  });
  return Sensitive.of(bytes);
}
