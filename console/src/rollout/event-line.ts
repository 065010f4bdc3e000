import type { ToldEvent } from "../api/events.ts";
import type { Tone } from "../element/tone.ts";

interface EventLine {
  readonly text: string;
  readonly tone: Tone;
}

/** What a person reads of an event; undefined for those that say nothing beside the steps. */
export function eventLine(event: ToldEvent): EventLine | undefined {
  const [target, host, step, state, detail] = ["target", "host", "step", "state", "detail"].map((name) =>
    textOf(event[name]),
  );
  // a word that only says it again is left out
  const more = detail === state ? "" : detail;
  switch (event.kind) {
    case "wave":
      return { text: `wave ${textOf(event["number"])} of ${textOf(event["of"])}`, tone: "plain" };
    case "step":
      if (state === "started") return undefined;
      return { text: joined(target || host, step, state, more), tone: state === "failed" ? "bad" : "plain" };
    case "gate":
      return { text: joined(target, "gate", state, more), tone: state === "failed" ? "bad" : "good" };
    case "soak":
      return { text: `looked on for ${Math.round(Number(event["ms"]) / 1000)} s`, tone: "plain" };
    case "return":
      return { text: joined("goes back", textOf(event["reason"])), tone: "warn" };
    case "stopping":
      return { text: "stops behind its present step", tone: "warn" };
    case "end":
      return { text: `end: ${textOf(event["outcome"])}`, tone: event["outcome"] === "done" ? "good" : "warn" };
    default:
      return undefined;
  }
}

function textOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

function joined(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== "").join(" · ");
}
