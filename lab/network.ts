import { bridge } from "./host-table.ts";
import { attempt, run } from "./run.ts";

/** The bridge that every host hangs on; the main machine is `bridge.address` there. */
export async function raiseBridge(): Promise<void> {
  await lowerBridge();
  await run(["ip", "link", "add", bridge.name, "type", "bridge"]);
  await run(["ip", "address", "add", `${bridge.address}/${bridge.prefix}`, "dev", bridge.name]);
  await run(["ip", "link", "set", bridge.name, "up"]);
}

/** Nothing happens when it is not there. */
export async function lowerBridge(): Promise<void> {
  await attempt(["ip", "link", "delete", bridge.name]);
}

/** The main machine's end of a host's cable; nspawn names it so. */
export async function setCable(host: string, state: "up" | "down"): Promise<void> {
  await run(["ip", "link", "set", `vb-${host}`, state]);
}

export async function removeCable(host: string): Promise<void> {
  await attempt(["ip", "link", "delete", `vb-${host}`]);
}

export async function hasLink(name: string): Promise<boolean> {
  return (await attempt(["ip", "link", "show", name])).status === 0;
}

/** The `.network` file of a host. Its name sorts before nspawn's own `80-container-host0.network`, which asks for DHCP. */
export function networkFile(address: string): string {
  return `[Match]
Name=host0

[Network]
Address=${address}/${bridge.prefix}
Gateway=${bridge.address}
DHCP=no
LinkLocalAddressing=no
IPv6AcceptRA=no
`;
}
