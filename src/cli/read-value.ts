import { open } from "node:fs/promises";
import { resolve } from "node:path";
import { AppError, Sensitive } from "#kernel";
import type { Call } from "./command.ts";

/** No environment carries more in one variable, and a file variable has no business being larger. Bytes. */
const limit = 1024 * 1024;

export interface ReadValue {
  readonly value: Sensitive;
  /** `prompt`, `stdin`, `file:PATH` */
  readonly origin: string;
}

/**
 * A value from a hidden prompt, from standard input, or from a file; there is no other way in. Of input and files
 * exactly one final line feed is taken off, since editors and `echo` add it, unless the bytes are wanted exactly.
 */
export async function readValue(
  call: Call,
  name: string,
  { file, exact }: { readonly file: string | undefined; readonly exact: boolean },
): Promise<ReadValue> {
  const valueOf = (bytes: Buffer) => (exact ? Sensitive.of(bytes) : withoutLineFeed(bytes));
  if (file !== undefined) {
    const path = resolve(call.place.folder, file);
    return { value: valueOf(await readFile(path)), origin: `file:${path}` };
  }
  if (call.terminal.interactive) return { value: await ask(name), origin: "prompt" };
  return { value: valueOf(await readInput(call)), origin: "stdin" };
}

/** All of standard input, bounded. */
export async function readInput({ terminal }: Pick<Call, "terminal">): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of terminal.input) {
    const bytes = typeof chunk === "string" ? Buffer.from(chunk, "utf8") : Buffer.from(chunk);
    length += bytes.byteLength;
    if (length > limit) throw tooLarge("standard input");
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

/** Says nothing of what was given. */
export function valueAsArgument(): AppError {
  return new AppError("USAGE", "a value never comes as an argument: take it out of the shell's history", {
    hint: "`keyturn set NAME` asks for it, `keyturn set NAME < FILE` or a pipe gives it; see `keyturn set --help`",
  });
}

async function ask(name: string): Promise<Sensitive> {
  const { password, isCancel } = await import("@clack/prompts");
  const answer = await password({ message: `value of ${name} (not shown)`, mask: "•", output: process.stderr });
  if (isCancel(answer)) throw new AppError("CANCELLED", "nothing was stored");
  return Sensitive.of(answer ?? "");
}

async function readFile(path: string): Promise<Buffer> {
  const handle = await open(path, "r").catch((cause: unknown) => {
    throw new AppError("FILE_UNREADABLE", `${path} can't be read`, { cause });
  });
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) throw new AppError("FILE_UNREADABLE", `${path} is not a regular file`);
    if (stat.size > limit) throw tooLarge(path);
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

function tooLarge(what: string): AppError {
  return new AppError("VALUES_INVALID", `${what} holds more than ${limit} bytes`, { hint: "a value is at most 1 MiB" });
}

function withoutLineFeed(bytes: Buffer): Sensitive {
  return Sensitive.of(bytes.at(-1) === 10 ? bytes.subarray(0, -1) : bytes);
}
