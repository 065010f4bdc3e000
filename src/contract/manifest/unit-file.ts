/** What a unit file says that a manifest wants to know. */
export interface UnitFile {
  /** `voxcore@.service` */
  readonly unit: string;
  readonly template: boolean;
  readonly environmentFile?: string;
  readonly user?: string;
  readonly group?: string;
}

/** Reads the last `EnvironmentFile=`, `User=` and `Group=` of `[Service]`. */
export function readUnitFile(name: string, text: string): UnitFile {
  const last = (key: string): string | undefined =>
    [...text.matchAll(new RegExp(`^[ \\t]*${key}[ \\t]*=(.*)$`, "gm"))].at(-1)?.[1]?.trim();
  const file = last("EnvironmentFile")
    ?.replace(/^-/, "")
    .replaceAll(/^["']|["']$/g, "");
  const user = last("User");
  const group = last("Group");
  return {
    unit: name,
    template: name.endsWith("@.service"),
    ...(file === undefined || file === "" ? {} : { environmentFile: file }),
    ...(user === undefined || user === "" ? {} : { user }),
    ...(group === undefined || group === "" ? {} : { group }),
  };
}
