import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Lab } from "../lab.ts";
import { invocations, processEnvironment, units, type Unit } from "./running-service.ts";

const files: Readonly<Record<string, string>> = {
  "voxbridge.service": "opt/voxbridge/.env",
  "voxdialler.service": "opt/voxdialler/.env",
};

/** What each unit runs with: its file's digest and the release in its process. A return must bring exactly this back. */
export async function running(lab: Lab, of: readonly Unit[] = units): Promise<Readonly<Record<string, string>>> {
  const pairs = await Promise.all(
    of.map(async (unit) => {
      const release = (await processEnvironment(lab, unit)).get("KEYTURN_RELEASE") ?? "none";
      return [`${unit.host} ${unit.unit}`, `${release} ${digest(lab, unit)}`] as const;
    }),
  );
  return Object.fromEntries(pairs);
}

/** The same, and that no process was even started again. */
export async function untouched(lab: Lab): Promise<unknown> {
  return [await running(lab), await invocations(lab)];
}

function digest(lab: Lab, { host, unit }: Unit): string {
  const file = join(lab.root(host), files[unit] ?? "opt/voxcore/.env");
  return createHash("sha256").update(readFileSync(file)).digest("hex").slice(0, 16);
}
