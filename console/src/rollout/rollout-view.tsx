import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useApi } from "../api/api.ts";
import { eventsPath, rolloutQuery, useRolloutVerb, type RolloutVerb } from "../api/rollout.ts";
import type { Schemas } from "../api/schema.ts";
import { useEvents } from "../api/use-events.ts";
import { Badge } from "../element/badge.tsx";
import { FailureNotice } from "../element/failure-notice.tsx";
import { Loaded } from "../element/loaded.tsx";
import { Span } from "../element/moment.tsx";
import { Notice } from "../element/notice.tsx";
import { Section } from "../element/section.tsx";
import { useEnvironment } from "../shell/environment.ts";
import { Progress } from "./progress.tsx";
import { rolloutTone } from "./rollout-tone.ts";
import { Timeline } from "./timeline.tsx";
import { Verbs } from "./verbs.tsx";
import { WaveList } from "./wave-list.tsx";

/** A rollout as it is now, live while it goes on. */
export function RolloutView({ id }: { readonly id: string }) {
  const { name } = useEnvironment();
  const [turn, setTurn] = useState(0);
  const query = useQuery(rolloutQuery(useApi(), name, id));
  const verb = useRolloutVerb(name, id);
  const events = useEvents({
    path: eventsPath(name, id),
    about: ["rollout", name, id],
    changes: ["rollouts", "status", "drift", "settings"],
    environment: name,
    turn,
  });
  const act = (wanted: RolloutVerb): void => {
    const goesOn = wanted !== "pause";
    verb.mutate(wanted, { onSuccess: () => setTurn((before) => (goesOn ? before + 1 : before)) });
  };
  return (
    <Loaded query={query} waiting="Reading the journal…">
      {(rollout) => (
        <div className="grid grid-cols-[minmax(0,1fr)] gap-6">
          <div className="flex flex-wrap items-center justify-between gap-3">
            <Facts {...rollout} />
            <div className="flex gap-2">
              <Verbs state={rollout.state} busy={verb.isPending} onVerb={act} />
            </div>
          </div>
          {verb.error !== null && <FailureNotice error={verb.error} />}
          <Progress targets={rollout.targets} />
          <Outcome {...rollout} />
          <WaveList {...rollout} />
          <Section title="Timeline">
            <Timeline events={events} />
          </Section>
        </div>
      )}
    </Loaded>
  );
}

function Facts({ state, kind, release, actor, startedAt, endedAt }: Schemas["Rollout"]) {
  return (
    <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-sm text-quiet">
      <Badge tone={rolloutTone(state)}>{state}</Badge>
      <span>
        {kind} of r{release} by {actor}, <Span from={startedAt} to={endedAt} />
      </span>
    </p>
  );
}

function Outcome({ state, outcome }: Pick<Schemas["Rollout"], "state" | "outcome">) {
  if (state === "stopped") {
    return (
      <Notice tone="warn" title="It is stopped, and open">
        What is done has the new release, what waits has the one before. Go on with it, or take it back.
      </Notice>
    );
  }
  if (outcome?.failure === undefined) return null;
  const { target, step, detail } = outcome.failure;
  return (
    <Notice
      tone={outcome.kind === "returned" ? "warn" : "bad"}
      title={target === "" ? `${step} failed` : `${target}: ${step} failed`}
    >
      {detail}
      {outcome.kind === "returned" && <p>Everything went back to the release before, by itself.</p>}
    </Notice>
  );
}
