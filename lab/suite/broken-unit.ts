import type { Lab } from "../lab.ts";
import type { Unit } from "./running-service.ts";

const folderOf = ({ unit }: Unit) => `/run/systemd/system/${unit}.d`;

/** Lines of `[Service]` that hold from the unit's next start on; what runs is left alone. */
export async function breakUnit(lab: Lab, unit: Unit, lines: string): Promise<void> {
  await lab.exec(unit.host, ["mkdir", "-p", folderOf(unit)]);
  await lab.exec(unit.host, ["tee", `${folderOf(unit)}/suite.conf`], { input: `[Service]\n${lines}` });
  await lab.exec(unit.host, ["systemctl", "daemon-reload"]);
}

export async function mendUnit(lab: Lab, unit: Unit): Promise<void> {
  await lab.exec(unit.host, ["rm", "-rf", folderOf(unit)]);
  await lab.exec(unit.host, ["systemctl", "daemon-reload"]);
}
