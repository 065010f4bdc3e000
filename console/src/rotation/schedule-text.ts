import type { Schemas } from "../api/schema.ts";
import { dayText } from "../element/time-text.ts";
import type { Tone } from "../element/tone.ts";

/** When a stored value is to be replaced, by the manifest. */
export type Scheduled = NonNullable<Schemas["Secrets"]["secrets"][number]["rotation"]>;

interface Shown {
  readonly text: string;
  readonly tone: Tone;
}

/** The next date, and who is to act where it is time. */
export function scheduleText({ state, by, due, next }: Scheduled): Shown {
  switch (state) {
    case "fresh":
      return { text: by === "person" ? `${dayText(due)}, by a person` : dayText(next), tone: "plain" };
    case "waits":
      return { text: `due, ${dayText(next)}`, tone: "warn" };
    case "now":
      return { text: "due, now", tone: "warn" };
    case "person":
      return { text: "due, by a person", tone: "warn" };
    case "returned":
      return { text: "due, was taken back", tone: "bad" };
    case "open":
      return { text: "being rotated", tone: "warn" };
    case "overlap":
      return { text: `ends ${dayText(next)}`, tone: "plain" };
  }
}

/** What is signed with a secret, and when it is over. */
export type TokenEnd = NonNullable<Schemas["Secrets"]["secrets"][number]["tokens"]>;

export function tokenText({ names, endsAt, state }: TokenEnd): Shown {
  const isOver = state === "over";
  const verb = isOver ? "over since" : names.length === 1 ? "ends" : "end";
  return { text: `${names.join(", ")} ${verb} ${dayText(endsAt)}`, tone: isOver ? "bad" : "warn" };
}

/** Somebody has to do something. */
export function isWaiting({ state }: Scheduled): boolean {
  return state === "person" || state === "returned";
}
