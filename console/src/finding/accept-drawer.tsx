import { useState } from "react";
import { useAccept, type Finding } from "../api/finding.ts";
import { Button } from "../element/button.tsx";
import { Drawer } from "../element/drawer.tsx";
import { FailureNotice } from "../element/failure-notice.tsx";
import { Field } from "../element/field.tsx";
import { useEnvironment } from "../shell/environment.ts";
import { Thing } from "./thing.tsx";
import { pathText, whereText } from "./words.ts";

interface AcceptDrawerProps {
  readonly finding: Finding;
  readonly onClose: () => void;
}

const day = 86_400_000;

/** Why it may stand, and until when: behind that day it counts again. */
export function AcceptDrawer({ finding, onClose }: AcceptDrawerProps) {
  const { name: environment } = useEnvironment();
  const accept = useAccept(environment, finding.id);
  // a day that passes meanwhile is told by the server
  const [now] = useState(() => Date.now());
  const [reason, setReason] = useState(finding.accepted?.reason ?? "");
  const [until, setUntil] = useState(() => dayOf(now + 90 * day));
  return (
    <Drawer
      title="Let it stand"
      about="For what can't be taken out, and opens nothing any more. It counts again behind the last day, and as soon as it stands there once more."
      onClose={onClose}
    >
      <dl className="grid gap-1 text-sm">
        <dt className="text-quiet">What</dt>
        <dd>
          <Thing finding={finding} isVersioned />
        </dd>
        <dt className="mt-1 text-quiet">Where</dt>
        <dd className="wrap-anywhere">
          <span className="font-mono">{pathText(finding)}</span>, {whereText(finding)}
        </dd>
      </dl>
      <form
        autoComplete="off"
        className="grid grid-cols-[minmax(0,1fr)] gap-5"
        onSubmit={(event) => {
          event.preventDefault();
          accept.mutate({ reason, until }, { onSuccess: onClose });
        }}
      >
        <Field
          label="Why it may stand"
          value={reason}
          onChange={({ target }) => setReason(target.value)}
          hint="Everybody who may look at this environment reads it."
          maxLength={500}
          required
        />
        <Field
          label="The last day"
          type="date"
          value={until}
          min={dayOf(now)}
          max={dayOf(now + 365 * day)}
          onChange={({ target }) => setUntil(target.value)}
          hint="At most a year away."
          required
        />
        {accept.error !== null && <FailureNotice error={accept.error} />}
        <div>
          <Button kind="primary" type="submit" busy={accept.isPending} disabled={reason.trim() === "" || until === ""}>
            {accept.isPending ? "Writing it down…" : "Accept until then"}
          </Button>
        </div>
      </form>
    </Drawer>
  );
}

/** `2027-01-31`, as days are counted everywhere here: in UTC. */
function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
