import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { AppError, Sensitive, systemCode, type ErrorCode } from "#kernel";

/** systemd made the folder for this process alone; the mode inside is its own business. Undefined where there is none. */
export async function readCredential(
  directory: string | undefined,
  name: string,
  code: ErrorCode,
): Promise<Sensitive | undefined> {
  if (directory === undefined) return undefined;
  try {
    return lineOf(await readFile(join(directory, name)));
  } catch (cause) {
    if (systemCode(cause) === "ENOENT") return undefined;
    throw new AppError(code, `the credential ${name} can't be read`, { cause });
  }
}

/** A file's one line, without its end. */
export function lineOf(text: Buffer): Sensitive {
  return Sensitive.of(text.at(-1) === 10 ? text.subarray(0, -1) : text);
}
