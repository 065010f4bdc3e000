import type { Tone } from "../element/tone.ts";

const tones: Readonly<Record<string, Tone>> = {
  done: "good",
  succeeded: "good",
  failed: "bad",
  returned: "warn",
};

export function rolloutTone(state: string): Tone {
  return tones[state] ?? "plain";
}
