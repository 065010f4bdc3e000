import type { ScanResult } from "#operation";
import type { Colors } from "../terminal.ts";
import { oneLine } from "./one-line.ts";

type LeftOut = ScanResult["left"][number];

/** What was not looked into, reason by reason; --json has each by name. */
export function leftText(left: readonly LeftOut[], color: Colors): string {
  return [...Map.groupBy(left, ({ reason }) => reason)].map(([reason, all]) => lineOf(reason, all, color)).join("");
}

/** Nothing is missed by these: a link's file is read where it lies, and Git's objects hold the history. */
const harmless: readonly LeftOut["reason"][] = ["symbolic link", "git objects", "keyturn's own folder"];

const shown = 5;

function lineOf(reason: LeftOut["reason"], all: readonly LeftOut[], color: Colors): string {
  const names = all.slice(0, shown).map(({ path }) => oneLine(path));
  const more = all.length > shown ? [`and ${all.length - shown} more`] : [];
  const text = `not looked into, ${reason}: ${[...names, ...more].join(", ")}`;
  return harmless.includes(reason) ? color.dim(`${text}\n`) : `${color.yellow("!")} ${text}\n`;
}
