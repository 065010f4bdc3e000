import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inject, onTestFinished } from "vitest";
import { keyturnAt, type Keyturn } from "../cli/keyturn.ts";
import { makeCertificate, openTlsFront } from "./certificate.ts";
import { startSshd, type Sshd } from "./sshd.ts";

/** The same home, asked from three places. */
export interface Places {
  readonly here: Keyturn;
  readonly overHttp: Keyturn;
  readonly overSsh: Keyturn;
  /** in a folder that has nothing to do with the home, with these variables */
  readonly away: (variables: Readonly<Record<string, string>>) => Keyturn;
  /** variables of `overHttp` */
  readonly http: Readonly<Record<string, string>>;
  readonly sshd: Sshd;
  /** everything that the server and sshd wrote */
  readonly log: () => string;
}

/** A real `keyturn serve`, behind TLS, and a real sshd before the home of this project; the token may what the roles say. */
export async function openPlaces(folder: string, ...roles: readonly string[]): Promise<Places> {
  const [http, ssh] = [await openHttp(folder, ...roles), await openSsh(folder)];
  const log = () => http.log() + ssh.sshd.log();
  const [overHttp, overSsh] = [http.keyturn, ssh.keyturn];
  return { here: keyturnAt(folder), overHttp, overSsh, away: http.away, http: http.variables, sshd: ssh.sshd, log };
}

export async function openHttp(folder: string, ...roles: readonly string[]) {
  const elsewhere = await makeElsewhere();
  const certificate = await makeCertificate(elsewhere);
  const front = await openTlsFront(certificate);
  const server = await startServer(folder, front.url);
  front.lead(server.port);
  const words = `token create client ${roles.map((role) => `--role ${role}`).join(" ")} --yes`;
  const { out } = await keyturnAt(folder)(words);
  const tokenFile = join(elsewhere, "token");
  await writeFile(tokenFile, out, { mode: 0o600 });
  const variables = { KEYTURN_URL: front.url, KEYTURN_TOKEN_FILE: tokenFile, KEYTURN_CA_FILE: certificate.file };
  const away = awayAt(elsewhere);
  return { keyturn: away(variables), away, variables, log: server.log, cut: front.cut };
}

export async function openSsh(folder: string) {
  const sshd = await startSshd();
  await provide(sshd);
  const variables = { KEYTURN_URL: `ssh://ops1${folder}`, KEYTURN_SSH_CONFIG: sshd.config };
  return { keyturn: awayAt(await makeElsewhere())(variables), sshd };
}

async function makeElsewhere(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "keyturn-away-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

function awayAt(folder: string): Places["away"] {
  return (variables) =>
    (words, options = {}) =>
      keyturnAt(folder)(words, { ...options, variables: { ...variables, ...options.variables } });
}

/** The command, where a login finds it. */
export async function provide({ programs }: Sshd, command = inject("command")): Promise<void> {
  const path = join(programs, "keyturn");
  await writeFile(path, `#!/bin/sh\nexec '${process.execPath}' '${command}' "$@"\n`);
  await chmod(path, 0o755);
}

async function startServer(folder: string, publicUrl: string) {
  const options = ["--listen", "127.0.0.1:0", "--behind-proxy", publicUrl, "--private", "--json", "--access-log"];
  const words = [inject("command"), "serve", ...options];
  const env = { PATH: process.env["PATH"] ?? "" };
  const child = spawn(process.execPath, words, { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
  let log = "";
  child.stderr.on("data", (bytes: Buffer) => (log += bytes.toString()));
  const closed = once(child, "close");
  onTestFinished(async () => {
    child.kill("SIGTERM");
    await closed;
  });
  const told = once(child.stdout, "data").then(([bytes]) => (bytes as Buffer).toString());
  const text = await Promise.race([told, closed.then(() => Promise.reject(new Error(`it does not serve: ${log}`)))]);
  const { address } = JSON.parse(text) as { readonly address: string };
  return { port: Number(new URL(address).port), log: () => log };
}
