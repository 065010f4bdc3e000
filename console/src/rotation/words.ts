import type { Issuance, ListedRotation, RotationPhase } from "../api/rotation.ts";
import type { Tone } from "../element/tone.ts";

/** Behind the names of services. */
export const phaseWords: Readonly<Record<RotationPhase, string>> = {
  accept: "take both values",
  switch: "present the new value",
  swap: "change together",
  forget: "forget the old value",
};

interface Shown {
  readonly word: string;
  readonly tone: Tone;
}

export const rotationStates: Readonly<Record<ListedRotation["state"], Shown>> = {
  open: { word: "open", tone: "warn" },
  done: { word: "done", tone: "good" },
  returned: { word: "taken back", tone: "warn" },
};

/** `about 40 s`, `about 3 min` */
export function aboutText(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  const days = Math.round(seconds / 86_400);
  if (days >= 2) return `about ${days} days`;
  return seconds < 120 ? `about ${seconds} s` : `about ${Math.round(seconds / 60)} min`;
}

/** `has API_SERVER_KEY, which follows from it` */
export function followingText(derived: readonly string[]): string {
  return `has ${derived.join(" and ")}, which ${derived.length === 1 ? "follows" : "follow"} from it`;
}

/** `1 restart`, `3 restarts` */
export function countText(count: number, one: string): string {
  return count === 1 ? `1 ${one}` : `${count} ${one}s`;
}

/** Why one that is open stays where it is, as it was written down last. */
export function heldReason({ entries }: Pick<ListedRotation, "entries">): string | undefined {
  return entries.findLast(({ kind }) => kind === "held")?.detail;
}

/** Of the secret, at the system that makes its value. */
export const issuanceTexts: Readonly<Record<Issuance["state"], string>> = {
  intended: "a new value of it may have been made, and nobody has it",
  issued: "a new value of it was made, and is on its way",
  "revoking-old": "the old value of it is to end where it was made, and may still work there",
  "revoking-new": "the new value of it is taken back, and may still work where it was made",
  settled: "nothing is left to do where it was made",
};

/** That another system made the value, and how. */
export function issuedEntry({ entries }: Pick<ListedRotation, "entries">) {
  return entries.find(({ kind }) => kind === "issued");
}
