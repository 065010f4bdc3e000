import type { RolloutVerb } from "../api/rollout.ts";
import { Button } from "../element/button.tsx";
import { covers, useEnvironment } from "../shell/environment.ts";

interface VerbsProps {
  readonly state: string;
  readonly busy: boolean;
  readonly onVerb: (verb: RolloutVerb) => void;
}

/** What may be asked of a rollout as it is now. */
export function Verbs({ state, busy, onVerb }: VerbsProps) {
  const environment = useEnvironment();
  if (!covers(environment, "operator")) return null;
  if (state === "running") {
    return (
      <Button busy={busy} onClick={() => onVerb("pause")}>
        Pause
      </Button>
    );
  }
  if (state !== "stopped") return null;
  return (
    <>
      <Button busy={busy} kind="primary" onClick={() => onVerb("continue")}>
        Go on
      </Button>
      <Button busy={busy} onClick={() => onVerb("take-back")}>
        Take back
      </Button>
    </>
  );
}
