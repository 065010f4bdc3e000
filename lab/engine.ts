import { writeFile } from "node:fs/promises";
import { place } from "./place.ts";

/** What nspawn must allow so that a Docker engine runs inside. */
export function engineOptions(name: string): readonly string[] {
  return [
    "--capability=all",
    "--system-call-filter=bpf keyctl add_key",
    // overlay2 needs a file system below it that isn't an overlay itself
    `--bind=${place.hosts}/${name}/engine:/var/lib/docker`,
  ];
}

/** The engine's unit, before the host boots for the first time. */
export async function furnishEngine(root: string): Promise<void> {
  await writeFile(`${root}/etc/systemd/system/docker.service`, unit);
}

/*
 * The engine sees version 2 of control groups only, whatever the machine has: it then stays below the host's own group,
 * and needs no controller of the main machine.
 */
const unit = `[Unit]
Description=Docker engine
After=network.target

[Service]
Type=notify
NotifyAccess=all
ExecStart=/usr/bin/unshare --mount --propagation private /bin/sh -c 'mount -t cgroup2 cgroup2 /sys/fs/cgroup && exec dockerd -H unix:///run/docker.sock --exec-opt native.cgroupdriver=cgroupfs'
Delegate=yes
KillMode=process
LimitNOFILE=1048576

[Install]
WantedBy=multi-user.target
`;
