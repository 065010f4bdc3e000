import { randomBytes } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { AppError, type Sensitive } from "#kernel";

/** Writes a 0600 file in one step, beside what is there or over it. ALREADY_EXISTS unless `replace`. */
export async function writePrivate(path: string, content: Sensitive, replace: boolean): Promise<void> {
  if (!replace) return writeNew(path, content, path);
  const beside = `${path}.${randomBytes(6).toString("hex")}`;
  try {
    await writeNew(beside, content, path);
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

async function writeNew(path: string, content: Sensitive, shown: string): Promise<void> {
  const file = await open(path, "wx", 0o600).catch((cause: unknown) => {
    const code = cause instanceof Error && "code" in cause ? cause.code : "";
    if (code === "EEXIST") throw new AppError("ALREADY_EXISTS", `${shown} is there already`, { cause });
    throw new AppError("FILE_UNREADABLE", `${shown} can't be written`, { cause });
  });
  try {
    await file.writeFile(content.reveal());
    await file.sync();
  } finally {
    await file.close();
  }
}
