import { hostTable } from "./host-table.ts";

const platform = ["app1", "app2", "fleet1", "fleet2", "fleet3", "sip1"];
const box = ["box1"];

/** The hosts that a suite has to itself while it runs. The order is the one in which suites are begun: the long ones first. */
const hostsOf: Readonly<Record<string, readonly string[]>> = {
  faults: platform,
  "host-shell": [],
  compose: box,
  adopt: box,
  "compose-shared": box,
  "file-variable": box,
  docker: box,
  runtimes: box,
  local: box,
  helper: box,
  drift: platform,
  hostile: ["fleet1"],
  host: ["fleet2", "fleet3", "sip1", "box1"],
  "hostile-way": platform,
  dialect: ["app1", "box1"],
  rolling: platform,
  deploy: platform,
  fencing: platform,
  pipelines: platform,
  "host-rollback": platform,
  rollback: platform,
  "host-key": ["app1"],
};

export const suitesInOrder: readonly string[] = Object.keys(hostsOf).map((name) => `${name}.lab.test.ts`);

/** Of a suite that is not in the table: all. */
export function suiteHosts(path: string): readonly string[] {
  return hostsOf[suiteName(path)] ?? hostTable.map(({ name }) => name);
}

function suiteName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1, path.indexOf(".lab.test.ts"));
}
