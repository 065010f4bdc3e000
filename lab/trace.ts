import { existsSync, readFileSync, readdirSync } from "node:fs";
import { controlGroups } from "./control-group.ts";
import { bridge, everyHost } from "./host-table.ts";
import { mountsBelow } from "./mount.ts";
import { hasLink } from "./network.ts";
import { labName, place, stateFolder } from "./place.ts";
import { isAlive, knownProcess } from "./process.ts";

/** Everything of the lab that is still on the machine, but for cached base trees. `down` is done when there is none. */
export async function findTraces(): Promise<readonly string[]> {
  return [
    ...processes(),
    ...(await mountsBelow(stateFolder)).map((point) => `mount ${point}`),
    ...(await links()),
    ...controlGroups().map((group) => `control group ${group}`),
    ...files().map((file) => `file ${file}`),
  ];
}

function processes(): readonly string[] {
  const ids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const ours = ids.filter((id) => read(`/proc/${id}/cgroup`).includes(`/${labName}/`) || isMaster(id));
  // a zombie is only a number that nobody has asked for yet
  const alive = ours.filter((id) => isAlive(knownProcess(Number(id))));
  return alive.map((id) => `process ${id} (${read(`/proc/${id}/comm`).trim()})`);
}

/** A connection that ssh keeps open in the background; it names itself after its socket. */
function isMaster(id: string): boolean {
  return read(`/proc/${id}/cmdline`).startsWith(`ssh: ${place.ssh}/`);
}

async function links(): Promise<readonly string[]> {
  const names = [bridge.name, ...everyHost.map(({ name }) => `vb-${name}`)];
  const present = await Promise.all(names.map(hasLink));
  return names.filter((_, index) => present[index] === true).map((name) => `link ${name}`);
}

function files(): readonly string[] {
  const left = existsSync(stateFolder) ? readdirSync(stateFolder).map((name) => `${stateFolder}/${name}`) : [];
  const nspawn = everyHost.map(({ name }) => `/run/systemd/nspawn/propagate/${name}`);
  return [
    ...left.filter((path) => path !== place.bases && path !== place.claim),
    ...nspawn.filter((path) => existsSync(path)),
  ];
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // the process ended meanwhile
    return "";
  }
}
