import { existsSync } from "node:fs";
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import type { HostSpec } from "./host-table.ts";
import { place } from "./place.ts";
import { attempt, run } from "./run.ts";

/**
 * Two keys, as a team has them: the deploy user's, and root's for the one bootstrap. A ssh configuration that reaches
 * every host as `app1` (deploy), `root-app1` (root) and `app1-via-sip1` (deploy, through a jump host).
 */
export async function prepareSsh(hosts: readonly HostSpec[]): Promise<void> {
  await mkdir(`${place.ssh}/control`, { recursive: true, mode: 0o700 });
  for (const key of [place.deployKey, place.bootstrapKey]) {
    await run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "keyturn lab", "-f", key]);
  }
  await writeFile(place.sshConfig, sshConfig(hosts), { mode: 0o600 });
  await writeFile(place.knownHosts, "", { mode: 0o600 });
}

/** Makes a host's own keys if it has none. */
export async function makeHostKeys(root: string): Promise<void> {
  await run(["ssh-keygen", "-A", "-f", root]);
}

/** Written from what lies in the hosts' file systems: nothing that answers on the network is believed. */
export async function writeKnownHosts(hosts: readonly HostSpec[], rootOf: (host: string) => string): Promise<void> {
  const lines: string[] = [];
  for (const { name, address } of hosts) {
    for (const kind of ["ed25519", "ecdsa", "rsa"]) {
      const [type, key] = (await readFile(`${rootOf(name)}/etc/ssh/ssh_host_${kind}_key.pub`, "utf8")).split(" ");
      lines.push(`${name},${address} ${type} ${key}`);
    }
  }
  await writeFile(place.knownHosts, lines.map((line) => `${line.trim()}\n`).join(""), { mode: 0o600 });
}

export async function publicKey(path: string): Promise<string> {
  return await readFile(`${path}.pub`, "utf8");
}

function sshConfig(hosts: readonly HostSpec[]): string {
  const aliases = hosts.flatMap(({ name, address }) => [
    entry(name, address, "deploy", place.deployKey),
    entry(`root-${name}`, address, "root", place.bootstrapKey),
    ...(name === "sip1" ? [] : [entry(`${name}-via-sip1`, address, "deploy", place.deployKey, ["ProxyJump sip1"])]),
  ]);
  return [...aliases, defaults].join("\n");
}

function entry(alias: string, address: string, user: string, key: string, more: readonly string[] = []): string {
  const lines = [`HostName ${address}`, `User ${user}`, `IdentityFile ${key}`, ...more];
  return [`Host ${alias}`, ...lines.map((line) => `  ${line}`), ""].join("\n");
}

const defaults = `Host *
  IdentitiesOnly yes
  BatchMode yes
  UserKnownHostsFile ${place.knownHosts}
  GlobalKnownHostsFile /dev/null
  StrictHostKeyChecking yes
  ControlMaster auto
  ControlPath ${place.ssh}/control/%C
  ControlPersist 60
  ConnectTimeout 5
  ServerAliveInterval 5
  ServerAliveCountMax 2
`;

/** Ends those to one host, whoever used them before: they have the groups of then, and count as connections. */
export async function closeConnectionsTo(host: string): Promise<void> {
  for (const alias of [host, `root-${host}`]) await attempt(["ssh", "-F", place.sshConfig, "-O", "exit", alias]);
}

/** Ends the master connections that ssh keeps in the background. */
export async function closeConnections(): Promise<void> {
  const folder = `${place.ssh}/control`;
  for (const socket of existsSync(folder) ? await readdir(folder) : []) {
    await attempt(["ssh", "-o", `ControlPath=${folder}/${socket}`, "-O", "exit", "lab"]);
  }
}
