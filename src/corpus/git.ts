import { spawn, type ChildProcessByStdio } from "node:child_process";
import { lstat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { Readable, Writable } from "node:stream";
import { AppError } from "#kernel";

export interface GitOptions {
  /** folders in which the git command is looked for, as `PATH` has them */
  readonly searchPath?: string;
  /** the process environment, of which Git's hooks need where index and objects are: nothing else is taken */
  readonly variables?: Readonly<Record<string, string | undefined>>;
}

export type GitAnswer =
  | {
      readonly kind: "answered";
      readonly text: string;
      /** what NUL ends, of the text */
      readonly records: readonly string[];
    }
  | { readonly kind: "no-repository" }
  | { readonly kind: "no-git" };

export type NoGit = Exclude<GitAnswer, { kind: "answered" }>;

/** What git is asked in `folder`. */
export interface GitCall {
  readonly folder: string;
  readonly command: readonly string[];
  /** NUL-separated */
  readonly input?: string;
  /** exit codes that are answers */
  readonly accept?: readonly number[];
  /** with the user's and the machine's configuration: what Git itself will do there is asked */
  readonly configured?: boolean;
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
export async function git(call: GitCall, options: GitOptions = {}): Promise<GitAnswer> {
  if (!(await isInRepository(call.folder))) return { kind: "no-repository" };
  const ended = await run(call, options);
  if (ended === "no-git") return { kind: "no-git" };
  if (!(call.accept ?? [0]).includes(ended.code)) throw failed(call, ended.code);
  const text = ended.output.toString("utf8");
  return { kind: "answered", text, records: text.split("\0").slice(0, -1) };
}

/**
 * What git says, as it comes and as much as there is; whoever stops asking ends it.
 *
 * @throws AppError NOT_FOUND when the folder is in no repository, otherwise as {@link git}.
 */
export async function* gitBytes(call: GitCall, options: GitOptions = {}): AsyncGenerator<Buffer> {
  if (!(await isInRepository(call.folder))) {
    throw new AppError("NOT_FOUND", `${call.folder} is in no Git repository`, { hint: "name the folder of one" });
  }
  const child = start(call, options);
  const ended = new Promise<number>((done, fail) => {
    child.once("error", (cause) => fail(new AppError("COMMAND_FAILED", "git can't be started", { cause })));
    child.once("close", (code) => done(code ?? -1));
  });
  ended.catch(() => undefined);
  try {
    for await (const chunk of child.stdout) yield chunk as Buffer;
    const code = await ended;
    if (!(call.accept ?? [0]).includes(code)) throw failed(call, code);
  } finally {
    child.kill();
  }
}

function failed({ command, folder }: GitCall, code: number): AppError {
  return new AppError("COMMAND_FAILED", `git ${command[0] ?? ""} failed in ${folder}, exit ${code}`, {
    hint: `run \`git -C ${folder} status\` to see why`,
  });
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
    if ((await isThere(at, ".git")) || (await isBare(at))) return true;
    if (dirname(at) === at) return false;
  }
}

async function isBare(folder: string): Promise<boolean> {
  for (const name of ["HEAD", "objects", "refs"]) if (!(await isThere(folder, name))) return false;
  return true;
}

async function isThere(folder: string, name: string): Promise<boolean> {
  return (await lstat(join(folder, name)).catch(() => undefined)) !== undefined;
}

type Git = ChildProcessByStdio<Writable, Readable, null>;

function start({ folder, command, input = "", configured = false }: GitCall, options: GitOptions, limit?: number): Git {
  const used = configured ? ["core.fsmonitor=false"] : settings;
  const child = spawn("git", [...used.flatMap((setting) => ["-c", setting]), ...command], {
    cwd: folder,
    env: environment(options, configured),
    stdio: ["pipe", "pipe", "ignore"],
    ...(limit === undefined ? {} : { timeout: limit }),
  });
  // git may end before it has read everything: its exit code tells
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  return child;
}

function run(call: GitCall, options: GitOptions): Promise<{ code: number; output: Buffer } | "no-git"> {
  return new Promise((done, fail) => {
    const child = start(call, options, timeout);
    const chunks: Buffer[] = [];
    let length = 0;
    child.stdout.on("data", (chunk: Buffer) => {
      length += chunk.byteLength;
      if (length <= outputLimit) chunks.push(chunk);
      else child.kill("SIGKILL");
    });
    child.on("error", (cause: NodeJS.ErrnoException) => {
      if (cause.code === "ENOENT") done("no-git");
      else fail(new AppError("COMMAND_FAILED", "git can't be started", { cause }));
    });
    child.on("close", (code) => done({ code: code ?? -1, output: Buffer.concat(chunks) }));
  });
}

function environment(
  { searchPath = defaultSearchPath, variables = {} }: GitOptions,
  configured: boolean,
): Readonly<Record<string, string>> {
  return {
    PATH: searchPath,
    LC_ALL: "C",
    ...(configured ? given(places, variables) : { GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null" }),
    GIT_OPTIONAL_LOCKS: "0",
    GIT_TERMINAL_PROMPT: "0",
    GIT_NO_REPLACE_OBJECTS: "1",
    GIT_NO_LAZY_FETCH: "1",
    ...given(handedOn, variables),
  };
}

function given(
  names: readonly string[],
  variables: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const there = names.flatMap((name) => {
    const value = variables[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(there);
}

/** Where Git looks for its configuration. */
const places: readonly string[] = [
  "HOME",
  "XDG_CONFIG_HOME",
  "GIT_CONFIG_GLOBAL",
  "GIT_CONFIG_SYSTEM",
  "GIT_CONFIG_NOSYSTEM",
];

/** A commit of some files has an index of its own, and a push that is not accepted yet its objects. */
const handedOn: readonly string[] = [
  "GIT_INDEX_FILE",
  "GIT_OBJECT_DIRECTORY",
  "GIT_ALTERNATE_OBJECT_DIRECTORIES",
  "GIT_QUARANTINE_PATH",
];
