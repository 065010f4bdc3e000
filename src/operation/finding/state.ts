import type { FoundThing, KeptFinding, Version } from "#store";
import { isOver } from "../scan/accepted.ts";

/** `rotated`: the value that stands there is no present one any more. Whatever its state was, what left is `gone`. */
export type FindingState = "new" | "accepted" | "rotated" | "gone";

/**
 * What is to be done first. `rotate`: it opens something, and whoever saw it has it, also where it is gone. `retire`: another one
 * took its place, and it may still open something. `take-out`: it opens nothing any more, and stands there. `exchange`: only a
 * person knows whose it is.
 */
export type FindingStep = "rotate" | "retire" | "take-out" | "exchange" | "none";

export interface ListedFinding extends KeptFinding {
  readonly state: FindingState;
  readonly step: FindingStep;
  /** how the version is now; absent of a credential, and where the store has no such version any more */
  readonly version?: { readonly state: Version["state"]; readonly present: boolean };
}

/** By what the store knows now: nobody sets a state but by accepting. */
export function judge(finding: KeptFinding, versions: readonly Version[], now: number): ListedFinding {
  const version = versionOf(finding.thing, versions);
  const known = version === undefined ? {} : { version };
  return { ...finding, ...known, state: stateOf(finding, version, now), step: stepOf(finding, version, now) };
}

type Now = ListedFinding["version"];

function stateOf(finding: KeptFinding, version: Now, now: number): FindingState {
  if (finding.goneAt !== undefined) return "gone";
  if (isAccepted(finding, version, now)) return "accepted";
  return finding.thing.kind === "value" && isReplaced(version) ? "rotated" : "new";
}

function stepOf(finding: KeptFinding, version: Now, now: number): FindingStep {
  const isGone = finding.goneAt !== undefined;
  if (!isGone && isAccepted(finding, version, now)) return "none";
  if (finding.thing.kind === "credential") return isGone ? "none" : "exchange";
  if (version?.state === "live") return version.present ? "rotate" : "retire";
  return isGone ? "none" : "take-out";
}

/** A value that is live is never accepted, whatever somebody wrote down before. */
function isAccepted({ accepted, places }: KeptFinding, version: Now, now: number): boolean {
  if (accepted === undefined || isOver(accepted, now) || places > accepted.places) return false;
  return version?.state !== "live";
}

function isReplaced(version: Now): boolean {
  return version === undefined || version.state !== "live" || !version.present;
}

function versionOf(thing: FoundThing, versions: readonly Version[]): Now {
  if (thing.kind === "credential") return undefined;
  const own = versions.filter((one) => one.name === thing.name && isSame(one.scope, thing.scope));
  const found = own.find(({ number }) => number === thing.version);
  if (found === undefined) return undefined;
  const present = Math.max(...own.flatMap(({ state, number }) => (state === "live" ? [number] : [])));
  return { state: found.state, present: found.number === present };
}

function isSame(a: Version["scope"], b: Version["scope"]): boolean {
  return a.service === b.service && a.host === b.host;
}
