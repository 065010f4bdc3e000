import { useState } from "react";
import type { SavedSetting, SettingField } from "../api/settings.ts";
import { Button } from "../element/button.tsx";
import { Field } from "../element/field.tsx";
import { typedHint } from "./words.ts";

interface ValueFieldProps {
  readonly field: SettingField;
  readonly saved: SavedSetting["fields"][number] | undefined;
  readonly value: string;
  readonly problem: string | undefined;
  readonly onChange: (text: string) => void;
}

/** A stored key is never shown: the field is empty, and stays so to keep it. */
export function ValueField({ field, saved, value, problem, onChange }: ValueFieldProps) {
  const [shown, setShown] = useState(false);
  const { label, secret, optional, variable, shape } = field;
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
          {typedHint(field, value) ?? shape ?? ""} <code className="font-mono text-xs">{variable}</code>
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
