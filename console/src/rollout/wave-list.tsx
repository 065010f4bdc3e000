import type { Schemas } from "../api/schema.ts";
import { texts } from "../element/tone.ts";
import { targetStates } from "./target-state.ts";

type Rollout = Schemas["Rollout"];
type Target = Rollout["targets"][number];

/** Each target in its wave, with the step it is at. */
export function WaveList({ waves, targets }: Pick<Rollout, "waves" | "targets">) {
  const byName = new Map(targets.map((one) => [one.target, one]));
  return (
    <ol className="grid gap-4">
      {waves.map((wave) => (
        <li key={wave.number} className="grid gap-2">
          <h3 className="text-sm font-medium text-quiet">
            Wave {wave.number} of {wave.of}
          </h3>
          <ul className="grid grid-cols-[repeat(auto-fill,minmax(14rem,1fr))] gap-2">
            {wave.targets.map((name) => {
              const target = byName.get(name);
              return target === undefined ? null : <TargetLine key={name} {...target} />;
            })}
          </ul>
        </li>
      ))}
    </ol>
  );
}

function TargetLine({ target, state, step, detail }: Target) {
  const { mark, word, tone } = targetStates[state];
  return (
    <li className="grid content-start gap-0.5 rounded-md border border-line bg-panel px-3 py-2 text-sm">
      <div className="flex items-baseline gap-2">
        <span aria-hidden className={`${texts[tone]} ${state === "working" ? "animate-pulse text-accent" : ""}`}>
          {mark}
        </span>
        <span className="min-w-0 grow font-medium wrap-anywhere">{target}</span>
        <span className={`whitespace-nowrap ${texts[tone]}`}>{state === "working" ? (step ?? word) : word}</span>
      </div>
      {state !== "done" && detail !== undefined && detail !== "" && (
        <p className="pl-5 text-quiet wrap-anywhere">{detail}</p>
      )}
    </li>
  );
}
