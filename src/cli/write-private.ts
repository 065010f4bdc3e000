import { open, rm } from "node:fs/promises";
import { AppError, type Sensitive } from "#kernel";

/** A new 0600 file, on the disk when this returns; nothing is overwritten. */
export async function writePrivate(path: string, content: Sensitive): Promise<void> {
  const handle = await open(path, "wx", 0o600).catch((cause: unknown) => {
    const exists = cause instanceof Error && "code" in cause && cause.code === "EEXIST";
    if (exists) throw new AppError("ALREADY_EXISTS", `${path} is there already`, { cause });
    throw new AppError("FILE_UNREADABLE", `${path} can't be written`, { cause });
  });
  try {
    await handle.chmod(0o600);
    await handle.writeFile(content.reveal());
    await handle.sync();
  } catch (cause) {
    await rm(path, { force: true });
    throw new AppError("FILE_UNREADABLE", `${path} can't be written`, { cause });
  } finally {
    await handle.close();
  }
}
