import { spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { cpSync, mkdtempSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { inject } from "vitest";
import { place } from "../place.ts";

const repository = fileURLToPath(new URL("../..", import.meta.url));

export interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface CallOptions {
  readonly input?: string;
  readonly variables?: Readonly<Record<string, string>>;
  /** part of the conversation is a value on purpose: `reveal`, say */
  readonly unsearched?: boolean;
}

/** A command that is still at work. */
interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Outcome>;
  /** resolves when what was printed until now holds the text; rejects when it ended without */
  said(text: string): Promise<void>;
}

/** A copy of the example platform that a suite may change, a home of its own, and the real command in it. */
export interface Platform {
  readonly folder: string;
  readonly home: string;
  /** where the command makes its temporary files */
  readonly temporary: string;
  /** the lab's ssh configuration without shared connections: what a suite does to a host is felt at once */
  readonly sshConfig: string;
  keyturn(words: string, options?: CallOptions): Promise<Outcome>;
  /** the document that `--json` prints, whatever the exit code */
  json<T>(words: string, options?: CallOptions): Promise<T>;
  start(words: string, options?: CallOptions): Running;
  /** replaces a text that must be there */
  edit(file: string, from: string, to: string): void;
  write(file: string, text: string): void;
  /** everything that any command has printed until now */
  printed(): string;
  /** takes what another program printed into that */
  heard(text: string): void;
  remove(): void;
}

export function openPlatform(): Platform {
  const top = mkdtempSync(join(tmpdir(), "keyturn-suite-"));
  const folder = join(top, "examples/voxbridge");
  const [home, temporary] = [join(top, "home"), join(top, "tmp")];
  cpSync(join(repository, "examples/voxbridge"), folder, { recursive: true, filter: isSource });
  symlinkSync(join(repository, "node_modules"), join(top, "node_modules"));
  mkdirSync(temporary);
  const sshConfig = join(top, "ssh_config");
  const shared = readFileSync(place.sshConfig, "utf8");
  const quick = shared.replace("ConnectTimeout 5", "ConnectTimeout 3").replace("AliveInterval 5", "AliveInterval 3");
  writeFileSync(sshConfig, quick.replace(/^ {2}Control.*\n/gm, ""));
  let printed = "";
  const start = (words: string, options: CallOptions = {}): Running => {
    const argv = [inject("command"), ...words.split(" ")];
    const child = spawn(process.execPath, argv, { cwd: folder, env: environment(options), stdio: "pipe" });
    const seen = { out: "", err: "" };
    const hear = (stream: "out" | "err") => (chunk: Buffer) => {
      seen[stream] += chunk.toString();
      if (options.unsearched !== true) printed += chunk.toString();
    };
    child.stdout.on("data", hear("out"));
    child.stderr.on("data", hear("err"));
    child.stdin.on("error", () => undefined).end(options.input ?? "");
    const ended = new Promise<Outcome>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code) => resolve({ code, ...seen }));
    });
    return { child, ended, said: (text) => waitFor(() => seen.out + seen.err, text, ended) };
  };
  const environment = ({ variables }: CallOptions): Record<string, string> => ({
    PATH: process.env["PATH"] ?? "",
    HOME: top,
    TMPDIR: temporary,
    KEYTURN_HOME: home,
    KEYTURN_ENV: "production",
    KEYTURN_SSH_CONFIG: sshConfig,
    NODE_COMPILE_CACHE: join(tmpdir(), "node-compile-cache"),
    ...variables,
  });
  const keyturn = (words: string, options?: CallOptions) => start(words, options).ended;
  return {
    folder,
    home,
    temporary,
    sshConfig,
    keyturn,
    json: async <T>(words: string, options?: CallOptions) => {
      const { out, err } = await keyturn(`${words} --json`, options);
      if (out === "") throw new Error(`${words} --json printed no document: ${err}`);
      return JSON.parse(out) as T;
    },
    start,
    edit: (file, from, to) => {
      const text = readFileSync(join(folder, file), "utf8");
      if (!text.includes(from)) throw new Error(`${file} does not hold ${from}`);
      writeFileSync(
        join(folder, file),
        text.replace(from, () => to),
      );
    },
    write: (file, text) => writeFileSync(join(folder, file), text),
    printed: () => printed,
    heard: (text) => {
      printed += text;
    },
    remove: () => rmSync(top, { recursive: true, force: true }),
  };
}

function isSource(path: string): boolean {
  return !/\/(node_modules|dist|\.keyturn)$/.test(path);
}

async function waitFor(seen: () => string, text: string, ended: Promise<Outcome>): Promise<void> {
  let over = false;
  void ended.finally(() => (over = true));
  while (!seen().includes(text)) {
    if (over) throw new Error(`the command ended without saying ${text}:\n${seen()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Values that no one else on the machine has; some with every letter that a file's grammar may trip over. */
export function plantedValues(): Record<string, string> {
  const random = (prefix: string) => `${prefix}-${randomBytes(18).toString("hex")}`;
  return {
    MONGODB_URI: `mongodb://voxbridge:${random("mongo")}@127.0.0.1:27017/`,
    REDIS_URL: `redis://:${random("redis")}@127.0.0.1:6399/0`,
    DEEPGRAM_API_KEY: random("deepgram"),
    SONIOX_API_KEY: random("soniox"),
    OPENAI_API_KEY: random("openai"),
    GOOGLE_API_KEY: random("google"),
    ELEVENLABS_API_KEY: random("elevenlabs"),
    SARVAM_API_KEY: random("sarvam"),
    MINIO_ACCESS_KEY: random("minio"),
    MINIO_SECRET_KEY: ` ${random("minio")} "double" 'single' $HOME \${PATH} \`id\` #no comment; %n \\ \\n ä→ `,
    LIVEKIT_API_KEY: random("livekit"),
    LIVEKIT_API_SECRET: random("livekit"),
  };
}

/** Store, recovery drill, values and grants: everything before the first deploy. Gives what was planted. */
export async function fillStore(platform: Platform): Promise<Record<string, string>> {
  const planted = plantedValues();
  const identity = join(platform.temporary, "recovery.txt");
  await must(platform, "init --yes");
  await must(platform, `recovery init --out ${identity}`);
  await must(platform, `recovery drill ${identity}`);
  rmSync(identity);
  await must(platform, "generate --missing");
  const { MINIO_SECRET_KEY: odd = "", ...plain } = planted;
  const lines = Object.entries(plain).map(([name, value]) => `${name}='${value}'\n`);
  await must(platform, "import -", { input: lines.join("") });
  await must(platform, "set MINIO_SECRET_KEY --as-is", { input: odd });
  await must(platform, "grant --missing --yes");
  return planted;
}

/** The command, or a failure that tells what it said. */
export async function must(platform: Platform, words: string, options?: CallOptions): Promise<Outcome> {
  const outcome = await platform.keyturn(words, options);
  if (outcome.code === 0) return outcome;
  throw new Error(`keyturn ${words} ended with ${outcome.code}\n${outcome.out}${outcome.err}`);
}
