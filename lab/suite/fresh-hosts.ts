import type { Lab } from "../lab.ts";

/** The hosts that the example platform runs on. */
export const platformHosts = ["app1", "app2", "fleet1", "fleet2", "fleet3", "sip1"] as const;

/** All hosts of the platform as they are before Keyturn ever touched them, whatever a suite before has left. */
export async function freshHosts(lab: Lab): Promise<void> {
  await Promise.all(platformHosts.map((host) => freshHost(lab, host)));
}

async function freshHost(lab: Lab, host: string): Promise<void> {
  if (!(await lab.isRunning(host))) await lab.boot(host);
  await lab.reachable(host);
  const { status, stderr } = await lab.exec(host, ["sh", "-s"], { input: script });
  if (status !== 0) throw new Error(`${host} can't be brought to a known state: ${stderr}`);
}

const script = `
units="voxbridge.service voxdialler.service voxcore@1.service voxcore@2.service voxcore@3.service"
systemctl disable $units >/dev/null 2>&1
systemctl kill --signal=KILL $units >/dev/null 2>&1
systemctl stop $units >/dev/null 2>&1
rm -rf /etc/keyturn /var/lib/keyturn /usr/local/lib/keyturn /etc/sudoers.d/keyturn-*
rm -rf /etc/systemd/system/vox* /run/systemd/system/vox*
rm -rf /opt/voxbridge/.env* /opt/voxcore/.env* /opt/voxdialler/.env*
rm -rf /opt/console/current /opt/console/releases
for user in voxbridge voxcore voxdialler; do userdel $user >/dev/null 2>&1; done
systemctl daemon-reload
systemctl reset-failed
# its configuration file knows no password
if systemctl is-enabled --quiet redis-server; then
  systemctl restart redis-server
  redis-cli del voxbridge:calls >/dev/null
fi
journalctl --quiet --rotate
journalctl --quiet --vacuum-time=1s
true
`;
