import { readFileSync } from "node:fs";

/** The protocol number of the helper that this Keyturn speaks with; raised with every change of the helper's parts. */
export const helperVersion = 9;

/** Where a prepared machine keeps the helper and what it may do. */
export const helperPlace = {
  path: "/usr/local/lib/keyturn/keyturn-host",
  allowlist: "/etc/keyturn/targets",
  state: "/var/lib/keyturn",
} as const;

/** The helper as it is installed: its parts in one file. */
export function helperText(): string {
  const parts = [
    "keyturn-host",
    "place",
    "release",
    "proof",
    "attach",
    "site",
    "process",
    "answer",
    "drain",
    "source",
    "observe",
    "search",
  ];
  return `${parts.map(shellText).join("\n")}\nmain\n`;
}

/** Functions that the bootstrap script calls. */
export function bootstrapFunctions(): string {
  return shellText("bootstrap");
}

/** A program for the user who logs in: root's are in the helper alone. */
export function kitSearchText(): string {
  return readFileSync(new URL("./kit-search.pl", import.meta.url), "utf8");
}

export type ReturnPart = "file" | "systemd" | "compose" | "restart" | "site";

/** Statements of the line that brings a release back without the helper, in order; each is one line without a quote. */
export function returnParts(parts: readonly ReturnPart[]): readonly string[] {
  const files = ["return-line", ...parts.map((part) => `return-line-${part}`)];
  return files.flatMap((file) => shellText(file).split("\n")).filter((text) => text !== "" && !text.startsWith("#"));
}

/** Shell files lie beside this module, in the bundle as in the source. */
function shellText(part: string): string {
  return readFileSync(new URL(`./${part}.sh`, import.meta.url), "utf8");
}
