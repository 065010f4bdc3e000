import type { Tone } from "../element/tone.ts";

const tones: Readonly<Record<string, Tone>> = {
  done: "good",
  stopped: "warn",
  failed: "bad",
  returned: "warn",
  "return-failed": "bad",
};

/** The words are the server's; one that is new is shown without a colour. */
export function rolloutTone(state: string): Tone {
  return tones[state] ?? "plain";
}
