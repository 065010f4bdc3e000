import { spawn, type ChildProcessByStdio } from "node:child_process";
import { lstat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
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
  /** NUL-separated; or lines, asked for as git reads them */
  readonly input?: string | AsyncIterable<string>;
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
 * @throws AppError NOT_FOUND when the folder is in no repository, otherwise as {@link git}; and what its input throws.
 */
export async function* gitBytes(call: GitCall, options: GitOptions = {}): AsyncGenerator<Buffer> {
  const started = await open(call, options);
  try {
    for await (const chunk of started.child.stdout) yield chunk as Buffer;
    await wellEnded(call, started);
  } finally {
    started.child.kill();
  }
}

/**
 * The same for one who never waits: a tenth of the cost for each chunk, of which git makes one of every four kilobytes. Gives the
 * exit code.
 */
export async function readGit(call: GitCall, options: GitOptions, take: (chunk: Buffer) => void): Promise<number> {
  const started = await open(call, options);
  const { stdout } = started.child;
  try {
    await new Promise<void>((done, fail) => {
      stdout.once("end", done).once("error", fail);
      stdout.on("data", (chunk: Buffer) => {
        try {
          take(chunk);
        } catch (error) {
          fail(error);
          stdout.destroy();
        }
      });
    });
    return await wellEnded(call, started);
  } finally {
    started.child.kill();
  }
}

interface Opened extends Started {
  /** the exit code */
  readonly ended: Promise<number>;
}

async function open(call: GitCall, options: GitOptions): Promise<Opened> {
  if (!(await isInRepository(call.folder))) {
    throw new AppError("NOT_FOUND", `${call.folder} is in no Git repository`, { hint: "name the folder of one" });
  }
  const started = start(call, options);
  const ended = new Promise<number>((done, fail) => {
    started.child.once("error", (cause) => fail(new AppError("COMMAND_FAILED", "git can't be started", { cause })));
    started.child.once("close", (code) => done(code ?? -1));
  });
  ended.catch(() => undefined);
  return { ...started, ended };
}

async function wellEnded(call: GitCall, { ended, fed }: Opened): Promise<number> {
  const code = await ended;
  await fed;
  if (!(call.accept ?? [0]).includes(code)) throw failed(call, code);
  return code;
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

interface Started {
  readonly child: Git;
  /** rejected when the input can't be got */
  readonly fed: Promise<void>;
}

function start(
  { folder, command, input = "", configured = false }: GitCall,
  options: GitOptions,
  limit?: number,
): Started {
  const used = configured ? ["core.fsmonitor=false"] : settings;
  const child = spawn("git", [...used.flatMap((setting) => ["-c", setting]), ...command], {
    cwd: folder,
    env: environment(options, configured),
    stdio: ["pipe", "pipe", "ignore"],
    ...(limit === undefined ? {} : { timeout: limit }),
  });
  const fed = pipeline(Readable.from(typeof input === "string" ? [input] : input), child.stdin).catch(
    (error: unknown) => {
      // git may end before it has read everything: its exit code tells
      if (error instanceof AppError) throw error;
    },
  );
  fed.catch(() => undefined);
  return { child, fed };
}

function run(call: GitCall, options: GitOptions): Promise<{ code: number; output: Buffer } | "no-git"> {
  return new Promise((done, fail) => {
    const { child } = start(call, options, timeout);
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
