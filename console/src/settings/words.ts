import type { Impact, SettingField } from "../api/settings.ts";
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

/** Seen while typing, before anybody is asked; whether it is of the right kind the server says. */
export function typedHint({ secret }: SettingField, text: string): string | undefined {
  if (text === "") return undefined;
  if (text.trim() === "") return "this is blank";
  if (secret && /^[*•●.…\s]+$/u.test(text)) return "this is a mask, not the key behind it: copy the key itself";
  if (secret && /[*•●…]{3,}/u.test(text)) return "a part of this is masked: copy the whole key";
  if (text.trim() !== text) return "the spaces around it will be taken off";
  if (/^(["']).*\1$/u.test(text)) return "the quotes around it will be taken off";
  return secret && /\s/u.test(text) ? "there is a space inside it" : undefined;
}
