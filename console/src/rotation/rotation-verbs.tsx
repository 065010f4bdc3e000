import type { ReactNode } from "react";
import type { Rotation, RotationVerb } from "../api/rotation.ts";
import { Button } from "../element/button.tsx";
import { Confirm } from "../element/confirm.tsx";
import { phaseWords } from "./words.ts";

interface VerbsProps {
  readonly rotation: Rotation;
  readonly busy: boolean;
  readonly onVerb: (verb: RotationVerb) => void;
  /** somebody else may know the value before */
  readonly onCompromised: () => void;
}

/** What may be asked of a rotation as it is now, each with what it does. */
export function RotationVerbs({ rotation, busy, onVerb, onCompromised }: VerbsProps) {
  const { state, atWork, pastReturn, versions, compromised } = rotation;
  if (state !== "open") return null;
  if (atWork) {
    return (
      <Verb text="It stops at the end of what it is at, and stays open there. Whatever takes both values goes on taking them.">
        <Button busy={busy} onClick={() => onVerb("hold")}>
          Hold
        </Button>
      </Verb>
    );
  }
  return (
    <div className="grid gap-3">
      <Verb text={nextText(rotation)}>
        <Button busy={busy} kind="primary" onClick={() => onVerb("continue")}>
          Go on
        </Button>
      </Verb>
      {!pastReturn && (
        <Verb
          text={`Everything gets v${versions.from} again, step by step in the reverse order, and v${versions.to} ends. Possible until v${versions.from} has ended.`}
        >
          <Confirm
            trigger="Take back…"
            kind="plain"
            disabled={busy}
            title="Take the rotation back?"
            action="Take back"
            onConfirm={() => onVerb("back")}
          >
            Everything gets v{versions.from} again, and v{versions.to} is retired. Services restart as on the way here.
          </Confirm>
        </Verb>
      )}
      {!pastReturn && !compromised && (
        <Verb
          text={`Somebody else may know v${versions.from}: what is left is done at once, and calls fail meanwhile.`}
        >
          <Button kind="danger" disabled={busy} onClick={onCompromised}>
            It is compromised…
          </Button>
        </Verb>
      )}
    </div>
  );
}

function Verb({ text, children }: { readonly text: string; readonly children: ReactNode }) {
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2 sm:flex-nowrap">
      <div className="shrink-0">{children}</div>
      <p className="max-w-prose text-sm text-quiet">{text}</p>
    </div>
  );
}

function nextText({ step, steps, versions, pastReturn }: Rotation): string {
  if (pastReturn) return `v${versions.from} has ended: it only has to be brought to its end.`;
  const next = steps[step];
  const end = `v${versions.from} ends for good, and there is no way back from there`;
  if (next === undefined) return `What is not proved yet is proved, then ${end}.`;
  return `What is not proved yet is proved, then ${next.services.join(", ")} ${phaseWords[next.phase]}; at the end ${end}.`;
}
