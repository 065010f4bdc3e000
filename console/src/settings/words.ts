import type { Impact } from "../api/settings.ts";
import type { Tone } from "../element/tone.ts";

/** `42 runtimes in 3 waves, voice and chat, about 2 minutes` */
export function impactText({ runtimes, waves, seconds }: Impact, surfaces: readonly string[]): string {
  if (runtimes === 0) return "no runtime uses it yet";
  const where = surfaces.length === 0 ? [] : [listText(surfaces)];
  return [`${countText(runtimes, "runtime")} in ${countText(waves, "wave")}`, ...where, durationText(seconds)].join(
    ", ",
  );
}

export function countText(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

export function listText(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

function durationText(seconds: number): string {
  return seconds < 90
    ? `about ${countText(Math.max(1, seconds), "second")}`
    : `about ${Math.round(seconds / 60)} minutes`;
}

const tones: Readonly<Record<string, Tone>> = { ok: "good", invalid: "bad", exhausted: "bad", blocked: "bad" };
const words: Readonly<Record<string, string>> = { ok: "works", inconclusive: "not proved" };

/** A probe's state, as a badge shows it. */
export function stateTone(state: string): Tone {
  return tones[state] ?? "warn";
}

export function stateWord(state: string): string {
  return words[state] ?? state;
}
