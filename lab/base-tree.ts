import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, copyFile, mkdir, readFile, readdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { bridge, deployUser, hostTable } from "./host-table.ts";
import { removeTree } from "./mount.ts";
import { place } from "./place.ts";
import type { Tell } from "./progress.ts";
import { run } from "./run.ts";

const suite = "bookworm";
const packages = [
  ..."systemd systemd-sysv dbus openssh-server openssh-client iproute2 iputils-ping procps curl sudo ca-certificates".split(
    " ",
  ),
  ..."nginx-light redis-server git python3 python3-dotenv busybox-static rsync libstdc++6 docker.io docker-compose iptables faketime".split(
    " ",
  ),
];

/** Each would cost boot time, ask for a network or a terminal that hosts here lack, or runs on some hosts only. */
const maskedUnits = [
  "systemd-networkd-wait-online.service",
  "console-getty.service",
  "apt-daily.timer",
  "apt-daily-upgrade.timer",
  "dpkg-db-backup.timer",
  "e2scrub_all.timer",
  "fstrim.timer",
  "logrotate.timer",
];

/** Gives the folder of the tree that every host is layered on, after making it if this recipe was never made. */
export async function prepareBase(tell: Tell, signal?: AbortSignal): Promise<string> {
  const base = `${place.bases}/${await recipeHash()}`;
  if (existsSync(base)) return base;
  tell(`making the base tree: ${suite} with ${packages.length} packages (about a minute)`);
  const unfinished = `${base}.unfinished`;
  // what an interrupted run left, and trees of older recipes
  await removeTree(place.bases);
  await mkdir(place.bases, { recursive: true });
  const options = signal === undefined ? {} : { signal };
  await run(["mmdebstrap", "--variant=minbase", `--include=${packages.join(",")}`, suite, unfinished], options);
  await furnish(unfinished);
  await rename(unfinished, base);
  tell("base tree made");
  return base;
}

export async function forgetUnfinishedBase(): Promise<void> {
  for (const name of existsSync(place.bases) ? await readdir(place.bases) : []) {
    if (name.endsWith(".unfinished")) await removeTree(`${place.bases}/${name}`);
  }
}

/** The tree's name changes with whatever goes into it, so an old one is never taken for a new one. */
async function recipeHash(): Promise<string> {
  const source = await readFile(new URL(import.meta.url));
  const network = JSON.stringify([bridge, deployUser, hostTable.map((host) => [host.name, host.address])]);
  return createHash("sha256").update(source).update(process.version).update(network).digest("hex").slice(0, 12);
}

async function furnish(base: string): Promise<void> {
  await copyFile(process.execPath, `${base}/usr/local/bin/node`);
  await chmod(`${base}/usr/local/bin/node`, 0o755);
  await addDeployUser(base);
  await writeFile(`${base}/etc/hosts`, hostsFile());
  await writeFile(`${base}/etc/resolv.conf`, "");
  await writeFile(`${base}/etc/machine-id`, "");
  // the code's repository belongs to root, and the deploy user pulls from it
  await writeFile(`${base}/etc/gitconfig`, "[safe]\n\tdirectory = /srv/voxbridge.git\n");
  await writeFile(`${base}/etc/redis/redis.conf`, redisConfig);
  await setUnits(base);
  for (const file of await readdir(`${base}/etc/ssh`)) {
    if (file.startsWith("ssh_host_")) await rm(`${base}/etc/ssh/${file}`);
  }
}

async function addDeployUser(base: string): Promise<void> {
  const { name, id } = deployUser;
  await run(["chroot", base, "useradd", "--create-home", "--shell", "/bin/bash", "--uid", `${id}`, name]);
}

async function setUnits(base: string): Promise<void> {
  await run(["chroot", base, "systemctl", "enable", "systemd-networkd.service", "ssh.service"]);
  await run([
    "chroot",
    base,
    "systemctl",
    "disable",
    "nginx.service",
    "redis-server.service",
    "docker.service",
    "docker.socket",
    "containerd.service",
  ]);
  for (const unit of maskedUnits) {
    await rm(`${base}/etc/systemd/system/${unit}`, { force: true });
    await symlink("/dev/null", `${base}/etc/systemd/system/${unit}`);
  }
}

function hostsFile(): string {
  const lines = hostTable.map((host) => `${host.address} ${host.name}`);
  return ["127.0.0.1 localhost", `${bridge.address} controller`, ...lines, ""].join("\n");
}

const redisConfig = `# both app hosts share the queue of app1
bind 0.0.0.0
protected-mode no
port 6379
supervised systemd
daemonize no
dir /var/lib/redis
logfile ""
save ""
`;
