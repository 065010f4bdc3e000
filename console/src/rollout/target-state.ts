import type { Schemas } from "../api/schema.ts";
import type { Tone } from "../element/tone.ts";

type State = Schemas["Rollout"]["targets"][number]["state"];

interface Shown {
  readonly mark: string;
  readonly word: string;
  readonly tone: Tone;
}

export const targetStates: Readonly<Record<State, Shown>> = {
  waiting: { mark: "○", word: "waits", tone: "plain" },
  working: { mark: "◐", word: "at work", tone: "plain" },
  done: { mark: "●", word: "done", tone: "good" },
  failed: { mark: "✕", word: "failed", tone: "bad" },
  returned: { mark: "↺", word: "went back", tone: "warn" },
};
