import { constants } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { systemCode, type Finding } from "#kernel";

export type FileReading =
  | { readonly kind: "read"; readonly bytes: Buffer; readonly openToOthers: boolean }
  | { readonly kind: "absent" }
  | { readonly kind: "refused"; readonly reason: string; readonly cause?: unknown };

/**
 * Reads a regular file of at most `limit` bytes. Symbolic links are followed, since Kubernetes mounts secrets as links;
 * what they end at must be a regular file. Opened without blocking: a FIFO answers at once and is refused, and a
 * terminal does not become ours.
 */
export async function readBoundedFile(path: string, limit: number): Promise<FileReading> {
  let file: FileHandle;
  try {
    file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0));
  } catch (cause) {
    return classify(cause);
  }
  try {
    return await readOpen(file, limit);
  } catch (cause) {
    return classify(cause);
  } finally {
    await file.close();
  }
}

/** One more byte than allowed is asked for: a file that grows while it is read is found as well. */
async function readOpen(file: FileHandle, limit: number): Promise<FileReading> {
  const stat = await file.stat();
  if (!stat.isFile()) return { kind: "refused", reason: "is not a regular file" };
  const buffer = Buffer.alloc(Math.min(stat.size, limit) + 1);
  let length = 0;
  while (length < buffer.byteLength) {
    const { bytesRead } = await file.read(buffer, length, buffer.byteLength - length, null);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  if (length > limit) return { kind: "refused", reason: `is larger than ${limit} bytes` };
  if (length > stat.size) return { kind: "refused", reason: "changed while it was read" };
  // on Windows the mode says nothing about who may read
  const openToOthers = process.platform !== "win32" && (stat.mode & 0o006) !== 0;
  return { kind: "read", bytes: buffer.subarray(0, length), openToOthers };
}

function classify(cause: unknown): FileReading {
  const code = systemCode(cause) ?? "";
  if (code === "ENOENT") return { kind: "absent" };
  const reasons: Readonly<Record<string, string>> = {
    EACCES: "may not be read by this user",
    EPERM: "may not be read by this user",
    EISDIR: "is not a regular file",
    ENXIO: "is not a regular file",
    ENOTDIR: "lies below something that is no folder",
    ELOOP: "is a symbolic link in a circle",
  };
  return { kind: "refused", reason: reasons[code] ?? `can't be read (${code})`, cause };
}

export function openToOthers(path: string): Finding {
  return {
    severity: "warning",
    code: "source-open-to-others",
    message: `${path} may be read or written by every user of this machine`,
    hint: `chmod 600 ${path}`,
  };
}
