import { execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, connect, type AddressInfo } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { onTestFinished } from "vitest";

export interface Sshd {
  /** configuration of a client that knows this one as `ops1` */
  readonly config: string;
  /** an empty folder that comes first in the PATH of whoever logs in */
  readonly programs: string;
  readonly port: number;
  /** what sshd says */
  readonly log: () => string;
  /** everybody who is logged in is cut off */
  readonly cut: () => void;
  stop(): Promise<void>;
}

/** A real sshd on a free port of loopback, with keys of its own, for the user that runs the tests. */
export async function startSshd(): Promise<Sshd> {
  const folder = await mkdtemp(join(tmpdir(), "keyturn-sshd-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const at = (name: string) => join(folder, name);
  for (const name of ["host", "user"]) execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", at(name)]);
  mkdirSync(at("programs"));
  const port = await freePort();
  const [type, key] = readFileSync(at("host.pub"), "utf8").split(" ");
  await writeFile(at("known_hosts"), `[127.0.0.1]:${port} ${type} ${key}\n`);
  await writeFile(at("sshd_config"), serverConfig(port, at));
  await writeFile(at("ssh_config"), clientConfig(port, at));
  await chmod(at("user"), 0o600);
  // of root it wants a folder of its own, which an init system makes elsewhere
  if (userInfo().uid === 0) mkdirSync("/run/sshd", { recursive: true });
  const program = ["/usr/sbin/sshd", "/usr/bin/sshd"].find((path) => existsSync(path)) ?? "/usr/sbin/sshd";
  const child = spawn(program, ["-D", "-e", "-f", at("sshd_config")], { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.on("data", (bytes: Buffer) => (said += bytes.toString()));
  const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const stop = async () => {
    child.kill("SIGTERM");
    await closed;
  };
  onTestFinished(stop);
  await untilListening(port, () => said);
  const cut = (): void => void spawnSync("pkill", ["-KILL", "-P", String(child.pid)]);
  return { config: at("ssh_config"), programs: at("programs"), port, log: () => said, cut, stop };
}

function serverConfig(port: number, at: (name: string) => string): string {
  return `Port ${port}
ListenAddress 127.0.0.1
HostKey ${at("host")}
AuthorizedKeysFile ${at("user.pub")}
PidFile ${at("pid")}
StrictModes no
UsePAM no
PermitRootLogin yes
PasswordAuthentication no
SetEnv PATH=${at("programs")}:/usr/bin:/bin
LogLevel VERBOSE
`;
}

function clientConfig(port: number, at: (name: string) => string): string {
  return `Host ops1
  HostName 127.0.0.1
  Port ${port}
  User ${userInfo().username}
  IdentityFile ${at("user")}
  IdentitiesOnly yes
  UserKnownHostsFile ${at("known_hosts")}
  GlobalKnownHostsFile none
`;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function untilListening(port: number, said: () => string): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => resolve(true)).once("error", () => resolve(false));
      socket.once("close", () => undefined).setTimeout(1000, () => socket.destroy());
      socket.once("connect", () => socket.destroy());
    });
    if (open) return;
    await sleep(50);
  }
  throw new Error(`sshd does not listen: ${said()}`);
}
