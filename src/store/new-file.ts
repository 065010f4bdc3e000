import { open, rm } from "node:fs/promises";
import { AppError, systemCode } from "#kernel";

/** 0600, on disk when it returns; nothing is overwritten (ALREADY_EXISTS), and no part of it is left by a failure. */
export async function writeNewFile(file: string, content: Uint8Array, shown: string = file): Promise<void> {
  const handle = await open(file, "wx", 0o600).catch((cause: unknown) => {
    if (systemCode(cause) === "EEXIST") throw new AppError("ALREADY_EXISTS", `${shown} is there already`, { cause });
    throw new AppError("FILE_UNREADABLE", `${shown} can't be written`, { cause });
  });
  try {
    await handle.chmod(0o600);
    await handle.writeFile(content);
    await handle.sync();
  } catch (cause) {
    await rm(file, { force: true });
    throw new AppError("FILE_UNREADABLE", `${shown} can't be written`, { cause });
  } finally {
    await handle.close();
  }
}
