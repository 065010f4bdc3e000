import { readdirSync } from "node:fs";
import { hostTable } from "./host-table.ts";

const platform = ["app1", "app2", "fleet1", "fleet2", "fleet3", "sip1"];
const box = ["box1"];
const all = hostTable.map(({ name }) => name);

/** The hosts that a suite has to itself while it runs. The order is the one in which suites are begun: the long ones first. */
const hostsOf: Readonly<Record<string, readonly string[]>> = {
  faults: platform,
  rotation: platform,
  "rotation-clock": platform,
  "rotation-killed": platform,
  rolling: platform,
  drift: platform,
  deploy: platform,
  pipelines: platform,
  "host-shell": [],
  fencing: platform,
  compose: box,
  "host-rollback": platform,
  runtimes: box,
  docker: box,
  "docker-save": box,
  rollback: platform,
  dialect: ["app1", "box1"],
  adopt: box,
  host: ["fleet2", "fleet3", "sip1", "box1"],
  "compose-shared": box,
  local: box,
  server: box,
  homedevice: box,
  "file-variable": box,
  infrastructure: all,
  "hostile-way": platform,
  helper: box,
  scan: ["box1", "fleet1"],
  hostile: ["fleet1"],
  "host-key": ["app1"],
};

export const suitesInOrder: readonly string[] = Object.keys(hostsOf).map((name) => `${name}.lab.test.ts`);

/** Dealt like cards, there and back, so that every part has as much to do as the others; one that is not in the table comes first. */
export function suitesOfPart(part: number, parts: number): readonly string[] {
  const present = readdirSync(new URL("suite/", import.meta.url)).filter((name) => name.endsWith(".lab.test.ts"));
  const ordered = present.toSorted((a, b) => suitesInOrder.indexOf(a) - suitesInOrder.indexOf(b));
  return ordered.filter((_, index) => {
    const place = index % (2 * parts);
    return Math.min(place, 2 * parts - 1 - place) === part - 1;
  });
}

/** Of a suite that is not in the table: all. */
export function suiteHosts(path: string): readonly string[] {
  return hostsOf[suiteName(path)] ?? all;
}

function suiteName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1, path.indexOf(".lab.test.ts"));
}
