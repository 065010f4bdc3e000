import { open, type FileHandle } from "node:fs/promises";
import { AppError, systemCode, type ErrorCode } from "#kernel";

/** What a file holds that nobody else may read, as messages name it, and the code of an error about it. */
export interface PrivateFile {
  readonly what: "key file" | "password file" | "webhook file" | "token file";
  readonly code: ErrorCode;
}

/** such a file is one line; whatever is longer is something else */
const sizeLimit = 4096;

/** Throws `code` when it is missing, when others may read it or when it is too long; a message never quotes the file. */
export async function readPrivate(path: string, file: PrivateFile): Promise<Buffer> {
  const handle = await open(path, "r").catch((cause: unknown) => {
    const missing = systemCode(cause) === "ENOENT";
    throw new AppError(file.code, `the ${file.what} ${path} ${missing ? "is missing" : "can't be read"}`, { cause });
  });
  try {
    await checkPrivate(handle, path, file);
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

/** On the open file, so that it can't be exchanged in between. */
async function checkPrivate(handle: FileHandle, path: string, { what, code }: PrivateFile): Promise<void> {
  const { mode, uid, size } = await handle.stat();
  const own = process.getuid?.();
  const refuse = (why: string, hint: string) => {
    throw new AppError(code, `the ${what} ${path} ${why}`, { hint });
  };
  if (size > sizeLimit) refuse(`is no ${what}`, `a ${what} is one line`);
  if (own === undefined) return;
  if ((mode & 0o077) !== 0) refuse("is open to other users", `chmod 600 ${path}`);
  if (uid !== own && uid !== 0) refuse("belongs to another user", `chown it to user ${own}`);
}
