import { useState } from "react";
import type { SavedSetting, SettingField } from "../api/settings.ts";
import { Button } from "../element/button.tsx";
import { Field } from "../element/field.tsx";
import type { Judged } from "./judge.ts";

interface ValueFieldProps {
  readonly field: SettingField;
  readonly saved: SavedSetting["fields"][number] | undefined;
  readonly value: string;
  readonly problem: string | undefined;
  /** of what was typed; absent where nothing was */
  readonly judged: Judged | undefined;
  readonly onChange: (text: string) => void;
}

/** A stored key is never shown: the field is empty, and stays so to keep it. */
export function ValueField({ field, saved, value, problem, judged, onChange }: ValueFieldProps) {
  const [shown, setShown] = useState(false);
  const { label, secret, optional, variable } = field;
  const kept = secret && saved !== undefined ? `keeps ${saved.fingerprint}` : undefined;
  return (
    <Field
      label={optional ? `${label} (optional)` : label}
      type={secret && !shown ? "password" : "text"}
      value={value}
      onChange={({ target }) => onChange(target.value)}
      autoComplete="off"
      data-1p-ignore
      data-lpignore="true"
      autoCapitalize="none"
      spellCheck={false}
      placeholder={kept}
      className="font-mono"
      problem={problem}
      hint={
        <>
          <Form field={field} judged={judged} /> <code className="font-mono text-xs">{variable}</code>
        </>
      }
      beside={
        secret && (
          <Button
            aria-pressed={shown}
            aria-label={`Show ${label}`}
            disabled={value === ""}
            onClick={() => setShown(!shown)}
          >
            {shown ? "Hide" : "Show"}
          </Button>
        )
      }
    />
  );
}

/** The form that it should have; once something is typed, what its form tells. */
function Form({ field: { shape }, judged }: Pick<ValueFieldProps, "field" | "judged">) {
  const told = judged === undefined ? [] : judged.notices;
  return (
    <>
      {told.length === 0 && judged?.usual !== true && shape}
      <span role="status">
        {judged?.usual === true && <span className="text-good">✓ looks right </span>}
        {told.length > 0 && <span className="text-warn">{told.join("; ")}</span>}
      </span>
    </>
  );
}
