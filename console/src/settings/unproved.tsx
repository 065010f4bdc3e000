import { useState } from "react";
import type { Impact, Save } from "../api/settings.ts";
import { Button } from "../element/button.tsx";
import { Field } from "../element/field.tsx";
import { Emergency } from "./emergency.tsx";

interface UnprovedProps {
  readonly impact: Impact;
  readonly busy: boolean;
  readonly onSave: (more: Pick<Save, "unverified" | "emergency">) => void;
}

/** To save what nobody could prove takes a reason, which stays in the audit, and a second look. */
export function Unproved({ impact, busy, onSave }: UnprovedProps) {
  const [reason, setReason] = useState("");
  const [sure, setSure] = useState(false);
  const unverified = { reason: reason.trim() };
  const ready = sure && unverified.reason !== "";
  return (
    <fieldset className="grid gap-3 rounded-md border border-line bg-panel p-4">
      <legend className="px-1 text-sm font-medium">Save it all the same</legend>
      <Field
        label="Reason"
        value={reason}
        maxLength={300}
        onChange={({ target }) => setReason(target.value)}
        hint="It is kept with the settings and in the audit."
      />
      <label className="flex items-start gap-2 text-sm">
        <input
          type="checkbox"
          checked={sure}
          onChange={({ target }) => setSure(target.checked)}
          className="mt-0.5 size-4 accent-accent"
        />
        I know that nothing proves these values, and that a wrong one is only found by the first runtime.
      </label>
      <div className="flex flex-wrap gap-2">
        <Button kind="danger" busy={busy} disabled={!ready} onClick={() => onSave({ unverified })}>
          Save unverified and roll out
        </Button>
        <Emergency
          impact={impact}
          disabled={!ready || busy}
          onConfirm={() => onSave({ unverified, emergency: true })}
        />
      </div>
    </fieldset>
  );
}
