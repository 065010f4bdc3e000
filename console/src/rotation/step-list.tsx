import type { Rotation } from "../api/rotation.ts";
import { momentText } from "../element/time-text.ts";
import { texts } from "../element/tone.ts";
import { stepState, type StepState } from "./step-state.ts";
import { phaseWords } from "./words.ts";

/** Each step with its state, what was done and found in it, and where there is no way back any more. */
export function StepList({ rotation }: { readonly rotation: Rotation }) {
  const { steps, entries, versions, compromised } = rotation;
  return (
    <ol className="grid gap-2">
      {steps.map(({ phase, services }, index) => (
        <Step
          key={index}
          title={`${index + 1}. ${services.join(", ")} ${phaseWords[phase]}`}
          state={stepState(rotation, index + 1)}
          entries={entries.filter(({ step }) => step === index + 1)}
        />
      ))}
      <Step
        title={`${steps.length + 1}. v${versions.from} ends for good: ${compromised ? "compromised" : "retired"}, and destroyed where hosts keep it`}
        note="There is no way back from here."
        state={stepState(rotation, steps.length + 1)}
        entries={[]}
      />
    </ol>
  );
}

interface StepProps {
  readonly title: string;
  readonly note?: string;
  readonly state: StepState;
  readonly entries: Rotation["entries"];
}

function Step({ title, note, state: { mark, word, tone }, entries }: StepProps) {
  return (
    <li className="grid gap-1.5 rounded-md border border-line bg-panel px-3 py-2.5 text-sm">
      <div className="flex items-baseline gap-2">
        <span aria-hidden className={`${texts[tone]} ${word === "at work" ? "animate-pulse text-accent" : ""}`}>
          {mark}
        </span>
        <h3 className="min-w-0 grow font-medium wrap-anywhere">{title}</h3>
        <span className={`whitespace-nowrap ${texts[tone]}`}>{word}</span>
      </div>
      {note !== undefined && <p className="pl-5 text-warn">{note}</p>}
      {entries.length > 0 && (
        <details className="pl-5">
          <summary className="cursor-pointer text-quiet">What was done and found: {entries.length}</summary>
          <ul className="mt-1.5 grid gap-1">
            {entries.map(({ seq, at, kind, subject, detail }) => (
              <li key={seq} className="flex flex-wrap gap-x-2">
                <time dateTime={new Date(at).toISOString()} className="text-quiet">
                  {momentText(at)}
                </time>
                <span className={kind === "held" || kind === "failed" ? "text-warn" : ""}>{kind}</span>
                <span className="min-w-0 wrap-anywhere">{`${subject} ${detail}`.trim()}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </li>
  );
}
