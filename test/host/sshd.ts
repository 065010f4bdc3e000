import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { temporaryFolder } from "./fixture.ts";

/** OpenSSH's own server on a port of this machine, which lets in the user that the tests run as. */
export interface SshServer {
  readonly address: string;
  /** an ssh configuration that knows where it is and which key it has */
  readonly config: string;
  readonly knownHosts: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  stop(): Promise<void>;
}

export async function startSshd(settings: readonly string[] = []): Promise<SshServer> {
  const folder = temporaryFolder();
  const [hostKey, userKey, knownHosts, config] = ["host", "user", "known", "config"].map((name) =>
    join(folder, name),
  ) as [string, string, string, string];
  for (const key of [hostKey, userKey]) execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key]);
  const port = await freePort();
  // where sshd leaves its rights behind; it starts as root nowhere without it
  if (process.getuid?.() === 0) mkdirSync("/run/sshd", { recursive: true });
  const lines = [
    `Port ${port}`,
    "ListenAddress 127.0.0.1",
    `HostKey ${hostKey}`,
    `AuthorizedKeysFile ${userKey}.pub`,
    "StrictModes no",
    "UsePAM no",
    "PidFile none",
    ...settings,
  ];
  writeFileSync(join(folder, "sshd_config"), `${lines.join("\n")}\n`);
  const child = spawn("/usr/sbin/sshd", ["-D", "-e", "-f", join(folder, "sshd_config")], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (bytes: Buffer) => {
    said += bytes.toString();
  });
  const ended = once(child, "close");
  while (!said.includes("Server listening")) {
    if (child.exitCode !== null) throw new Error(`sshd ended: ${said}`);
    await sleep(20);
  }
  const key = execFileSync("cat", [`${hostKey}.pub`], { encoding: "utf8" });
  writeFileSync(knownHosts, `[127.0.0.1]:${port} ${key}`);
  const client = [
    "Host box1",
    "  HostName 127.0.0.1",
    `  Port ${port}`,
    `  User ${userInfo().username}`,
    `  IdentityFile ${userKey}`,
    "  IdentitiesOnly yes",
    `  UserKnownHostsFile ${knownHosts}`,
    "  GlobalKnownHostsFile none",
  ];
  writeFileSync(config, `${client.join("\n")}\n`);
  return {
    address: "box1",
    config,
    knownHosts,
    environment: { PATH: process.env["PATH"], HOME: folder },
    async stop() {
      child.kill();
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}

/** One that nobody listens at. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
