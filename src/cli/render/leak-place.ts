import { isoTime } from "#kernel";
import type { KitScanResult, ScanFinding, ToldCredential } from "#operation";
import type { Colors } from "../terminal.ts";
import { count } from "./amount.ts";
import { oneLine } from "./one-line.ts";

/** places of one secret that are shown before the rest is counted */
const shown = 20;

type Told = ScanFinding | ToldCredential | KitScanResult["candidates"][number];

/** What is one line: a place, or in a file's history all versions of it. */
export function placesOf(findings: readonly Told[]): readonly (readonly Told[])[] {
  const places = Map.groupBy(findings, (one) => {
    const { path, git, offset } = one;
    const what = "format" in one ? [one.format, one.tag] : [one.encoding];
    return JSON.stringify([path, ...what, ...(git === undefined ? [offset] : [])]);
  });
  return [...places.values()];
}

/** Of a history the first version that has it, and whether it is there still. */
export function placesText(findings: readonly Told[], color: Colors): string {
  const places = placesOf(findings);
  const lines = places.slice(0, shown).map((versions) => lineOf(versions, color));
  const more = places.length - shown;
  return `${lines.join("")}${more > 0 ? color.dim(`  and ${more} more, all of them with --json\n`) : ""}`;
}

function lineOf(versions: readonly Told[], color: Colors): string {
  const [first] = versions;
  if (first === undefined) return "";
  const texts = [...formText(first), ...historyText(versions)];
  return `  ${placeText(first)}${texts.length === 0 ? "" : `  ${color.dim(texts.join("  "))}`}\n`;
}

function formText(one: Told): readonly string[] {
  if (!("format" in one)) return [one.split ? `${one.encoding}, split` : one.encoding];
  return one.ended === undefined
    ? []
    : [`accepted until ${one.ended.until}, which is over: ${oneLine(one.ended.reason)}`];
}

function placeText({ path, line, column, offset, binary }: Told): string {
  return binary ? `${oneLine(path)}, byte ${offset}` : `${oneLine(path)}:${line}:${column}`;
}

/** `since 1a2b3c4d5e6f of 2026-11-24, 3 versions, still there` */
function historyText(versions: readonly Told[]): readonly string[] {
  const { commit, at = 0 } = versions[0]?.git ?? {};
  if (commit === undefined) return [];
  const objects = new Set(versions.map(({ git }) => git?.object)).size;
  return [
    [
      `since ${commit.slice(0, 12)} of ${isoTime(at).slice(0, 10)}`,
      ...(objects > 1 ? [count(objects, "version")] : []),
      versions.some(({ git }) => git?.present === true) ? "still there" : "gone since, the history has it",
    ].join(", "),
  ];
}
