import { spawn } from "node:child_process";
import { lstat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { AppError } from "#kernel";

export interface GitOptions {
  /** folders in which the git command is looked for, as `PATH` has them */
  readonly searchPath?: string;
}

export type GitAnswer =
  | { readonly kind: "answered"; readonly records: readonly string[] }
  | { readonly kind: "no-repository" }
  | { readonly kind: "no-git" };

export type NoGit = Exclude<GitAnswer, { kind: "answered" }>;

/** What git says in `folder`, its NUL-separated records. */
export interface GitCall {
  readonly folder: string;
  readonly command: readonly string[];
  /** NUL-separated */
  readonly input?: string;
  /** exit codes that are answers */
  readonly accept?: readonly number[];
}

const timeout = 30_000;
const outputLimit = 64 * 1024 * 1024;

/**
 * Runs the real git, reading only. The repository is somebody else's: its hooks and its fsmonitor command are not run,
 * and the user's and the machine's configuration (ignore lists too) do not change the answer. The folder may belong to
 * another user, since nothing of its configuration is executed.
 *
 * @throws AppError FILE_UNREADABLE when the folder is missing, COMMAND_FAILED when git fails inside a repository.
 */
export async function git(call: GitCall, { searchPath = defaultSearchPath }: GitOptions = {}): Promise<GitAnswer> {
  if (!(await isInRepository(call.folder))) return { kind: "no-repository" };
  const ended = await run(call, searchPath);
  if (ended === "no-git") return { kind: "no-git" };
  if (!(call.accept ?? [0]).includes(ended.code)) {
    throw new AppError("COMMAND_FAILED", `git ${call.command[0] ?? ""} failed in ${call.folder}, exit ${ended.code}`, {
      hint: `run \`git -C ${call.folder} status\` to see why`,
    });
  }
  const records = ended.output.toString("utf8").split("\0");
  return { kind: "answered", records: records.slice(0, -1) };
}

const defaultSearchPath = "/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin";

const settings = [
  "safe.directory=*",
  "core.hooksPath=/dev/null",
  "core.fsmonitor=false",
  "core.excludesFile=/dev/null",
];

/** Looked up here: git's exit code for "no repository" is also that of every other failure. */
async function isInRepository(folder: string): Promise<boolean> {
  await lstat(folder).catch((cause: unknown) => {
    throw new AppError("FILE_UNREADABLE", `${folder} does not exist or may not be read`, { cause });
  });
  for (let at = resolve(folder); ; at = dirname(at)) {
    const found = await lstat(join(at, ".git")).catch(() => undefined);
    if (found !== undefined) return true;
    if (dirname(at) === at) return false;
  }
}

function run(call: GitCall, searchPath: string): Promise<{ code: number; output: Buffer } | "no-git"> {
  return new Promise((done, fail) => {
    const child = spawn("git", [...settings.flatMap((setting) => ["-c", setting]), ...call.command], {
      cwd: call.folder,
      env: environment(searchPath),
      stdio: ["pipe", "pipe", "ignore"],
      timeout,
    });
    const chunks: Buffer[] = [];
    let length = 0;
    child.stdout.on("data", (chunk: Buffer) => {
      length += chunk.byteLength;
      if (length <= outputLimit) chunks.push(chunk);
      else child.kill("SIGKILL");
    });
    // git may end before it has read everything: its exit code tells
    child.stdin.on("error", () => undefined);
    child.stdin.end(call.input ?? "");
    child.on("error", (cause: NodeJS.ErrnoException) => {
      if (cause.code === "ENOENT") done("no-git");
      else fail(new AppError("COMMAND_FAILED", "git can't be started", { cause }));
    });
    child.on("close", (code) => done({ code: code ?? -1, output: Buffer.concat(chunks) }));
  });
}

function environment(searchPath: string): Readonly<Record<string, string>> {
  return {
    PATH: searchPath,
    LC_ALL: "C",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_TERMINAL_PROMPT: "0",
  };
}
