import { readFileSync } from "node:fs";

/** The protocol number of the helper that this Keyturn speaks with; raised with every change of the helper's parts. */
export const helperVersion = 1;

/** Where a prepared machine keeps the helper and what it may do. */
export const helperPlace = {
  path: "/usr/local/lib/keyturn/keyturn-host",
  allowlist: "/etc/keyturn/targets",
  state: "/var/lib/keyturn",
} as const;

/** The helper as it is installed: its parts in one file. They lie beside this module, in the bundle as in the source. */
export function helperText(): string {
  const parts = ["keyturn-host", "release", "site", "process", "observe"];
  const texts = parts.map((part) => readFileSync(new URL(`./${part}.sh`, import.meta.url), "utf8"));
  return `${texts.join("\n")}\nmain\n`;
}
