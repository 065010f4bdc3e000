import type { ToldEvent } from "../api/events.ts";
import type { RotationPhase } from "../api/rotation.ts";
import type { Tone } from "../element/tone.ts";
import { phaseWords } from "../rotation/words.ts";

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
    case "rotation-step":
      return { text: `step ${stepText(event)}`, tone: "plain" };
    case "rotation-back":
      return { text: joined(`step ${stepText(event)} is taken back`, textOf(event["reason"])), tone: "warn" };
    case "proof": {
      const place = `${target} ${textOf(event["instance"])}`.trim();
      return { text: joined(place, detail), tone: state === "failed" ? "bad" : "good" };
    }
    case "quiet":
      return { text: quietText(event), tone: "plain" };
    case "issuer":
      return issuerLine(textOf(event["where"]), state, detail);
    case "rotation-ended":
      return { text: `v${textOf(event["version"])} is ${state}: there is no way back from here`, tone: "good" };
    case "stopping":
      return { text: "stops behind its present step", tone: "warn" };
    case "end":
      return { text: `end: ${textOf(event["outcome"])}`, tone: event["outcome"] === "done" ? "good" : "warn" };
    default:
      return undefined;
  }
}

/** What is done at the system that makes the value. */
function issuerLine(where: string, state: string | undefined, detail = ""): EventLine {
  const waits = state === "waiting" || state === "notice";
  const before = { revoked: "revoked: ", waiting: "not revoked yet: " }[state ?? ""] ?? "";
  return { text: joined(where, `${before}${detail}`), tone: waits ? "warn" : "good" };
}

/** `2 of 3: fleet, console present the new value` */
function stepText({ number, of, phase, services }: ToldEvent): string {
  const names = Array.isArray(services) ? services.join(", ") : "";
  return `${textOf(number)} of ${textOf(of)}: ${names} ${phaseWords[textOf(phase) as RotationPhase] ?? textOf(phase)}`;
}

function quietText({ ms, seen }: ToldEvent): string {
  const who = Array.isArray(seen) ? seen.join(", ") : "";
  const wait = `nobody may present the old value for ${Math.round(Number(ms) / 1000)} s`;
  return who === "" ? wait : `${wait}; still does: ${who}`;
}

function textOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

function joined(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== "").join(" · ");
}
