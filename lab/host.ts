import { spawn } from "node:child_process";
import { existsSync, openSync } from "node:fs";
import { chmod, chown, copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { AppError } from "#kernel";
import { cloneCode, platform } from "./code.ts";
import { enterControlGroup, removeControlGroup } from "./control-group.ts";
import { engineOptions, furnishEngine } from "./engine.ts";
import { bridge, deployUser, specOf, type HostSpec } from "./host-table.ts";
import { identityOf, mountLayer, removeTree } from "./mount.ts";
import { networkFile, removeCable } from "./network.ts";
import { place } from "./place.ts";
import { childrenOf, isAlive, killAndWait, knownProcess, waitGone, type KnownProcess } from "./process.ts";
import { attempt, run, type Outcome, type RunOptions } from "./run.ts";
import { makeHostKeys, publicKey } from "./ssh.ts";

/** nspawn, and the systemd inside that is PID 1 there: to lose a host both must go. */
interface HostProcesses {
  readonly nspawn: KnownProcess;
  readonly init: KnownProcess;
}

const modules = fileURLToPath(new URL("../node_modules", import.meta.url));

export function rootOf(name: string): string {
  return `${place.hosts}/${name}/root`;
}

/** Layers a fresh file system over the base and puts into it what tells this host from the others. */
export async function furnishHost(spec: HostSpec, base: string): Promise<void> {
  const folder = `${place.hosts}/${spec.name}`;
  for (const part of ["upper", "work", "root", "modules", "engine"])
    await mkdir(`${folder}/${part}`, { recursive: true });
  // where vite writes its compiled configuration, whoever builds
  await mkdir(`${folder}/modules/.vite-temp`);
  await chmod(`${folder}/modules/.vite-temp`, 0o1777);
  await mountLayer(base, { upper: `${folder}/upper`, work: `${folder}/work` }, rootOf(spec.name));
  const root = rootOf(spec.name);
  await writeFile(`${root}/etc/hostname`, `${spec.name}\n`);
  await writeFile(`${root}/etc/systemd/network/10-host0.network`, networkFile(spec.address));
  await authorize(`${root}/root`, 0, place.bootstrapKey);
  await authorize(`${root}/home/${deployUser.name}`, deployUser.id, place.deployKey);
  await makeHostKeys(root);
  if (spec.engine) await furnishEngine(root);
  if (spec.units.includes("nginx.service")) await furnishWebServer(root);
  for (const unit of spec.units) await run(["chroot", root, "systemctl", "-q", "enable", unit]);
  await mkdir(`${root}/srv/voxbridge.git`, { recursive: true });
  await mkdir(`${root}/opt/node_modules`, { recursive: true });
  await cloneCode(spec, root);
}

/** Starts the host's systemd and resolves as soon as both processes are known; the host is not up yet then. */
export async function bootHost(name: string): Promise<void> {
  const folder = `${place.hosts}/${name}`;
  const log = openSync(`${folder}/console.log`, "a");
  const [program, ...args] = [...enterControlGroup(name), ...nspawnCommand(specOf(name))];
  const child = spawn(program ?? "", args, { detached: true, stdio: ["ignore", log, log] });
  child.unref();
  const deadline = performance.now() + 20_000;
  while (performance.now() < deadline && child.exitCode === null) {
    const nspawn = knownProcess(child.pid ?? 0);
    const init = knownProcess(childrenOf(child.pid ?? 0)[0] ?? 0);
    if (nspawn !== undefined && init !== undefined && (await isPidOne(init.pid))) {
      await writeFile(`${folder}/processes.json`, JSON.stringify({ nspawn, init } satisfies HostProcesses));
      return;
    }
    await setTimeout(20);
  }
  await killAndWait(knownProcess(child.pid ?? 0));
  throw new AppError("COMMAND_FAILED", `host ${name} does not start`, { hint: `see ${folder}/console.log` });
}

/** Waits until systemd says that it has started everything, and sshd answers. */
export async function waitUntilUp(name: string, limit = 60_000): Promise<void> {
  const deadline = performance.now() + limit;
  let state = "nothing";
  while (performance.now() < deadline) {
    const outcome = await execOn(name, ["systemctl", "is-system-running"]);
    state = outcome.stdout.trim() || "nothing";
    if (state === "running" || state === "degraded") break;
    await setTimeout(100);
  }
  if (state === "running") return;
  const failed = await execOn(name, ["systemctl", "--failed", "--no-legend", "--plain"]);
  throw new AppError("COMMAND_FAILED", `host ${name} came up ${state}\n${failed.stdout.trim()}`, {
    hint: `see ${place.hosts}/${name}/console.log`,
  });
}

/** Runs a program inside the host as root, without ssh. */
export async function execOn(name: string, argv: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const processes = await readProcesses(name);
  if (!isAlive(processes?.init))
    throw new AppError("HOST_UNREACHABLE", `host ${name} is not running`, { hint: "npm run lab -- up" });
  const path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  const inside = ["env", "-i", path, "HOME=/root", "LANG=C.UTF-8", ...argv];
  return await attempt(["nsenter", "-t", `${processes.init.pid}`, "-a", ...inside], options);
}

/** Loses the host at once, as a power cut does; its file system stays for the next boot. */
export async function killHost(name: string): Promise<void> {
  const processes = await readProcesses(name);
  await killAndWait(processes?.init);
  if (!(await waitGone(processes?.nspawn, 5000))) await killAndWait(processes?.nspawn);
  await removeCable(name);
  await removeControlGroup(name);
}

/** Kills the host and removes what it left on the main machine. */
export async function removeHost(name: string): Promise<void> {
  await killHost(name);
  const root = rootOf(name);
  // nspawn's lock file is named after the tree, and stays when nspawn is killed
  const lock = `locks/inode-${await identityOf(root)}`;
  await removeTree(`${place.hosts}/${name}`);
  for (const trace of [lock, `propagate/${name}`, `unix-export/${name}`]) {
    await rm(`/run/systemd/nspawn/${trace}`, { recursive: true, force: true });
  }
}

export async function isRunning(name: string): Promise<boolean> {
  return isAlive((await readProcesses(name))?.init);
}

function nspawnCommand({ name, engine }: HostSpec): readonly string[] {
  return [
    "systemd-nspawn",
    "--quiet",
    `--directory=${rootOf(name)}`,
    `--machine=${name}`,
    "--register=no",
    "--keep-unit",
    `--network-bridge=${bridge.name}`,
    "--boot",
    "--console=pipe",
    "--resolv-conf=off",
    "--timezone=off",
    "--link-journal=no",
    `--bind-ro=${place.code}:/srv/voxbridge.git`,
    // any code below /opt finds the build's tools; what a build writes there stays on the host
    `--overlay=${modules.replaceAll(":", "\\:")}:${place.hosts}/${name}/modules:/opt/node_modules`,
    ...(engine ? engineOptions(name) : []),
  ];
}

/** The platform's own configuration is all that nginx serves. */
async function furnishWebServer(root: string): Promise<void> {
  await rm(`${root}/etc/nginx/sites-enabled/default`);
  await copyFile(`${platform}/console/deploy/nginx.conf`, `${root}/etc/nginx/conf.d/console.conf`);
}

async function authorize(home: string, id: number, key: string): Promise<void> {
  await mkdir(`${home}/.ssh`, { recursive: true });
  await writeFile(`${home}/.ssh/authorized_keys`, await publicKey(key), { mode: 0o600 });
  await chmod(`${home}/.ssh`, 0o700);
  for (const path of [`${home}/.ssh`, `${home}/.ssh/authorized_keys`]) await chown(path, id, id);
}

async function readProcesses(name: string): Promise<HostProcesses | undefined> {
  const file = `${place.hosts}/${name}/processes.json`;
  return existsSync(file) ? (JSON.parse(await readFile(file, "utf8")) as HostProcesses) : undefined;
}

/** Only when it is PID 1 of its own: before that it is still a helper of nspawn. */
async function isPidOne(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return /^NSpid:\s+\d+\s+1$/m.test(status);
}
