import type { Rotation } from "../api/rotation.ts";
import { Notice } from "../element/notice.tsx";
import { momentText } from "../element/time-text.ts";
import type { Tone } from "../element/tone.ts";
import { bothWork } from "./both-work.ts";
import { heldReason, phaseWords } from "./words.ts";

interface Told {
  readonly tone: Tone;
  readonly title: string;
  readonly text?: string;
}

/** Where it is, in a sentence that is read out when it changes. */
export function RotationState({ rotation }: { readonly rotation: Rotation }) {
  const { tone, title, text } = told(rotation);
  return (
    <Notice tone={tone} title={title}>
      {text}
    </Notice>
  );
}

function told(rotation: Rotation): Told {
  const { name, companion, companionVersions, state, atWork, step, steps, compromised, versions, entries } = rotation;
  const before =
    companion === undefined
      ? `v${versions.from}`
      : `v${versions.from} with v${companionVersions?.from ?? "?"} of ${companion.name}`;
  const what = companion === undefined ? `${name} is` : `${name} and ${companion.name} are`;
  const calls = entries.findLast(({ kind }) => kind === "calls")?.detail;
  const meanwhile = calls === undefined ? {} : { text: `Meanwhile ${calls}.` };
  switch (state) {
    case "done": {
      const ended = compromised ? "compromised" : "retired";
      const everywhere = steps.length === 0 ? "" : " everywhere";
      return { tone: "good", title: `${what} rotated${everywhere}, ${before} is ${ended}`, ...meanwhile };
    }
    case "returned":
      const has = steps.length === 0 ? `${before} is the present one` : `everything has ${before}`;
      return { tone: "warn", title: `Taken back: ${has} again`, ...meanwhile };
    case "open": {
      const place = placeText(rotation);
      if (atWork) return { tone: "plain", title: place };
      if (rotation.overlapUntil !== undefined) {
        const until = momentText(rotation.overlapUntil);
        return {
          tone: "plain",
          title: `It is open for its overlap until ${until}`,
          text: "Behind that it is gone on with: by the calendar, or by somebody.",
        };
      }
      const both = bothWork(rotation) && !rotation.pastReturn ? "Both values work meanwhile. " : "";
      const reason = heldReason(rotation);
      const why = reason === undefined ? "" : `It was held: ${reason}.`;
      const at = steps.length === 0 ? "before its end" : `at step ${step} of ${steps.length}`;
      return { tone: "warn", title: `It waits for a person, ${at}`, text: both + why };
    }
  }
}

function placeText({ step, steps }: Rotation): string {
  const present = steps[step - 1];
  if (present === undefined) return "It begins";
  return `Step ${step} of ${steps.length}: ${present.services.join(", ")} ${phaseWords[present.phase]}`;
}
