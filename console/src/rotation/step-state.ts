import type { Rotation } from "../api/rotation.ts";
import type { Tone } from "../element/tone.ts";

export interface StepState {
  readonly mark: string;
  readonly word: string;
  readonly tone: Tone;
}

const states = {
  waiting: { mark: "○", word: "waits", tone: "plain" },
  working: { mark: "◐", word: "at work", tone: "plain" },
  unproved: { mark: "◐", word: "not proved yet", tone: "warn" },
  proved: { mark: "●", word: "proved", tone: "good" },
  returned: { mark: "↺", word: "taken back", tone: "warn" },
} as const satisfies Readonly<Record<string, StepState>>;

/** How far the step with this number has come; the number behind the last one is the end of the old value. */
export function stepState(rotation: Rotation, number: number): StepState {
  const { state, step, steps, atWork, pastReturn, entries } = rotation;
  if (state === "returned") return states.returned;
  if (number > steps.length)
    return state === "done" ? { ...states.proved, word: "ended" } : pastReturn ? states.working : states.waiting;
  if (state === "done" || number < step) return states.proved;
  if (number > step) return states.waiting;
  const last = entries.findLast((entry) => entry.step === number && turning.has(entry.kind));
  if (last?.kind === "proved") return states.proved;
  return atWork ? states.working : states.unproved;
}

const turning: ReadonlySet<string> = new Set(["proved", "failed", "back"]);
