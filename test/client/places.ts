import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inject, onTestFinished } from "vitest";
import { keyturnAt, type Keyturn } from "../cli/keyturn.ts";
import { startSshd, type Sshd } from "./sshd.ts";

/** The same home, asked from three places. */
export interface Places {
  readonly here: Keyturn;
  readonly overHttp: Keyturn;
  readonly overSsh: Keyturn;
  /** in a folder that has nothing to do with the home, with these variables */
  readonly away: (variables: Readonly<Record<string, string>>) => Keyturn;
  /** variables of `overHttp` and `overSsh` */
  readonly http: Readonly<Record<string, string>>;
  readonly ssh: Readonly<Record<string, string>>;
  readonly sshd: Sshd;
  /** everything that the server and sshd wrote */
  readonly log: () => string;
}

/** A real `keyturn serve` and a real sshd before the home of this project; the token may what the roles say. */
export async function openPlaces(folder: string, ...roles: readonly string[]): Promise<Places> {
  const here = keyturnAt(folder);
  const elsewhere = await mkdtemp(join(tmpdir(), "keyturn-away-"));
  onTestFinished(() => rm(elsewhere, { recursive: true, force: true }));
  const server = await startServer(folder);
  const { out } = await here(`token create client ${roles.map((role) => `--role ${role}`).join(" ")} --yes`);
  const tokenFile = join(elsewhere, "token");
  await writeFile(tokenFile, out, { mode: 0o600 });
  const sshd = await startSshd();
  await provide(sshd);
  const away: Places["away"] =
    (variables) =>
    (words, options = {}) =>
      keyturnAt(elsewhere)(words, { ...options, variables: { ...variables, ...options.variables } });
  const http = { KEYTURN_URL: server.url, KEYTURN_TOKEN_FILE: tokenFile };
  const ssh = { KEYTURN_URL: `ssh://ops1${folder}`, KEYTURN_SSH_CONFIG: sshd.config };
  const log = () => server.log() + sshd.log();
  return { here, overHttp: away(http), overSsh: away(ssh), away, http, ssh, sshd, log };
}

/** The command, where a login finds it. */
export async function provide({ programs }: Sshd, command = inject("command")): Promise<void> {
  const path = join(programs, "keyturn");
  await writeFile(path, `#!/bin/sh\nexec '${process.execPath}' '${command}' "$@"\n`);
  await chmod(path, 0o755);
}

async function startServer(folder: string): Promise<{ readonly url: string; readonly log: () => string }> {
  const words = [inject("command"), "serve", "--listen", "127.0.0.1:0", "--json", "--access-log"];
  const env = { PATH: process.env["PATH"] ?? "" };
  const child = spawn(process.execPath, words, { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
  let log = "";
  child.stderr.on("data", (bytes: Buffer) => (log += bytes.toString()));
  const closed = once(child, "close");
  onTestFinished(async () => {
    child.kill("SIGTERM");
    await closed;
  });
  const [bytes] = (await once(child.stdout, "data")) as [Buffer];
  const { url } = JSON.parse(bytes.toString()) as { readonly url: string };
  return { url, log: () => log };
}
