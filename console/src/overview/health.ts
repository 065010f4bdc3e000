import type { Tone } from "../element/tone.ts";
import type { Row } from "./row.ts";

interface Shown {
  readonly tone: Tone;
  readonly word: string;
}

/** What the instance says of itself, in one word. */
export function healthOf({ health }: Pick<Row, "health">): Shown {
  switch (health.kind) {
    case "healthy":
      return { tone: "good", word: "healthy" };
    case "unhealthy":
      return { tone: "bad", word: "unhealthy" };
    case "unchecked":
      return { tone: "plain", word: "not checked" };
  }
}

const running = new Set(["active", "running", "published"]);

export function stateTone(state: string): Tone {
  if (running.has(state)) return "good";
  return state === "failed" || state === "unreachable" ? "bad" : "warn";
}
