import { run, attempt } from "./run.ts";
import type { Tell } from "./progress.ts";

/** What the machine itself needs before hosts can be made. */
export const machinePackages = [
  "mmdebstrap",
  "systemd-container",
  "openssh-client",
  "iproute2",
  "procps",
  "util-linux",
  "mount",
  "git",
  "ca-certificates",
  "debian-archive-keyring",
] as const;

/** Installs those that are missing, and asks the network only then. */
export async function installPackages(names: readonly string[], tell: Tell, signal?: AbortSignal): Promise<void> {
  const missing = [];
  for (const name of names) if (!(await isInstalled(name))) missing.push(name);
  if (missing.length === 0) return;
  tell(`installing ${missing.join(" ")}`);
  const options = signal === undefined ? {} : { signal };
  // an unreachable foreign source must not stop us: what counts is whether the packages can be installed
  await attempt(["apt-get", "-q", "update"], options);
  await run(["apt-get", "-qy", "install", "--no-install-recommends", ...missing], options);
}

async function isInstalled(name: string): Promise<boolean> {
  const { status, stdout } = await attempt(["dpkg-query", "-W", "-f", "${db:Status-Status}", name]);
  return status === 0 && stdout === "installed";
}
