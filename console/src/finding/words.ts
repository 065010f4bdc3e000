import type { Finding } from "../api/finding.ts";
import type { Tone } from "../element/tone.ts";

export const states = ["new", "rotated", "accepted", "gone"] as const satisfies readonly Finding["state"][];

/** Good is only what leaves nothing to do. */
export function toneOf({ state, step }: Pick<Finding, "state" | "step">): Tone {
  if (state === "new") return "bad";
  if (state === "accepted") return "plain";
  return step === "rotate" || step === "retire" ? "warn" : "good";
}

/** What is to be done first, in words. */
export function stepText({ step, thing, state }: Pick<Finding, "step" | "thing" | "state">): string | undefined {
  switch (step) {
    case "rotate":
      return state === "gone"
        ? "whoever read it there can use it: rotate it all the same"
        : "rotate it, then take it out";
    case "retire":
      return `retire ${thing.kind === "value" ? `v${thing.version}` : "it"}: it may still open something`;
    case "take-out":
      return "it opens nothing any more: take it out";
    case "exchange":
      return "exchange it where it was made, then take it out";
    case "none":
      return undefined;
  }
}

/** What stood there, as a heading has it: `v3`, `v3, retired`, `v3, not in the store any more` */
export function versionText({ thing, version }: Pick<Finding, "thing" | "version">): string {
  if (thing.kind === "credential") return "not in the store";
  if (version === undefined) return `v${thing.version}, not in the store any more`;
  if (version.state === "live" && !version.present) return `v${thing.version}, replaced and not retired`;
  return `v${thing.version}, ${version.state}`;
}

/** `github.com/acme/shop on ops1`: of files the machine counts as well. */
export function whereText({ place, machine }: Pick<Finding, "place" | "machine">): string {
  const { kind, where } = place;
  const isSaid = where === machine || where.startsWith(`${machine}:`);
  if (kind === "tree") return isSaid ? where : `${where} on ${machine}`;
  return kind === "git" ? `${where}, its history` : where;
}

/** `src/app.ts:2`; of a stream the line alone */
export function pathText({ place: { path, line, byte } }: Pick<Finding, "place">): string {
  if (byte !== undefined) return `${path}${path === "" ? "" : ", "}byte ${byte}`;
  if (line === undefined) return path;
  return path === "" ? `line ${line}` : `${path}:${line}`;
}

export function isNew({ state }: Pick<Finding, "state">): boolean {
  return state === "new";
}
