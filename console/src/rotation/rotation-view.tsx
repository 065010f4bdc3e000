import { lazy, Suspense, useState } from "react";
import { rotationEventsPath, useRotationVerb, type Rotation, type RotationVerb } from "../api/rotation.ts";
import { useEvents } from "../api/use-events.ts";
import { FailureNotice } from "../element/failure-notice.tsx";
import { Section } from "../element/section.tsx";
import { Timeline } from "../rollout/timeline.tsx";
import { covers, useEnvironment } from "../shell/environment.ts";
import { InstanceProof } from "./instance-proof.tsx";
import { Outside } from "./outside.tsx";
import { RotationState } from "./rotation-state.tsx";
import { RotationVerbs } from "./rotation-verbs.tsx";
import { StepList } from "./step-list.tsx";
import { UseTables } from "./use-tables.tsx";

const RotateDrawer = lazy(async () => ({ default: (await import("./rotate-drawer.tsx")).RotateDrawer }));

/** A rotation as it is now, live while it goes on. */
export function RotationView({ rotation }: { readonly rotation: Rotation }) {
  const environment = useEnvironment();
  const { id } = rotation;
  const { name } = environment;
  const [turn, setTurn] = useState(0);
  const [compromised, setCompromised] = useState(false);
  const verb = useRotationVerb(name, id);
  const events = useEvents({
    path: rotationEventsPath(name, id),
    about: ["rotation", name, id],
    changes: ["rotations", "rollouts", "status", "secrets"],
    environment: name,
    turn,
  });
  const act = (wanted: RotationVerb): void => {
    verb.mutate(wanted, { onSuccess: () => setTurn((before) => (wanted === "hold" ? before : before + 1)) });
  };
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-6">
      <RotationState rotation={rotation} />
      <Outside rotation={rotation} />
      {covers(environment, "operator") && (
        <RotationVerbs
          rotation={rotation}
          busy={verb.isPending}
          onVerb={act}
          onCompromised={() => setCompromised(true)}
        />
      )}
      {verb.error !== null && <FailureNotice error={verb.error} />}
      <Section title="Steps">
        <StepList rotation={rotation} />
      </Section>
      {rotation.steps.length > 0 && (
        <Section title="Proof, instance by instance">
          <InstanceProof rotation={rotation} />
        </Section>
      )}
      <UseTables rotation={rotation} />
      {events.length > 0 && (
        <Section title="Timeline">
          <Timeline events={events} />
        </Section>
      )}
      <Suspense>
        {compromised && (
          <RotateDrawer
            secret={rotation}
            compromised
            onClose={() => setCompromised(false)}
            onBegun={() => {
              setCompromised(false);
              setTurn((before) => before + 1);
            }}
          />
        )}
      </Suspense>
    </div>
  );
}
