import { resolve } from "node:path";
import type { TargetAddress } from "./address.ts";
import { folderOf } from "./process/place.ts";

/** A file variable's content holds at most this much; bytes. */
export const attachmentLimit = 1024 * 1024;

/**
 * Where the content of a file variable lies, and so what the variable holds: in a folder of its release beside the
 * environment file. `folder` is that of the process host. Undefined for a site and for a container, which have no file.
 */
export function attachmentPath(
  { service, runtime }: TargetAddress,
  { release, name, folder }: { readonly release: string; readonly name: string; readonly folder: string },
): string | undefined {
  if (runtime.kind === "site" || runtime.kind === "docker") return undefined;
  if (runtime.kind === "process") return resolve(folder, folderOf(service), ".env.d", release, name);
  return `${runtime.file.path}.d/${release}/${name}`;
}

/** The helper has the same grammars: a word becomes a part of a path. */
export function isAttachmentName({ release, name }: { readonly release: string; readonly name: string }): boolean {
  return /^r[0-9]{1,14}$/.test(release) && /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);
}
