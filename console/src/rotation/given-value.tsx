import type { RotationPlan } from "../api/rotation.ts";
import { Field } from "../element/field.tsx";

/** What a person has typed: gone when the form closes. */
export interface Given {
  readonly value: string;
  /** of a pair, the other name's */
  readonly other: string;
  readonly asIs: boolean;
}

export const nothingGiven: Given = { value: "", other: "", asIs: false };

/** Of a pair, one of the two alone is of no use. */
export function isWhole({ companion }: RotationPlan, { value, other }: Given): boolean {
  return value !== "" && (companion === undefined || other !== "");
}

interface GivenValueProps {
  readonly plan: RotationPlan;
  readonly given: Given;
  readonly onChange: (given: Given) => void;
}

/** The new value, or both of a pair, and how they are looked at before any service gets them. */
export function GivenValue({ plan: { name, companion }, given, onChange }: GivenValueProps) {
  return (
    <div className="grid gap-3">
      {companion !== undefined && (
        <Pasted
          label={`The new ${companion.name}`}
          value={given.other}
          onValue={(other) => onChange({ ...given, other })}
        />
      )}
      <Pasted
        label={companion === undefined ? "The new value" : `The new ${name}`}
        value={given.value}
        onValue={(value) => onChange({ ...given, value })}
        hint="White space and quotes around a provider's key are taken off, and its provider is asked whether it takes it, before any service gets it."
      />
      <label className="flex items-start gap-2 text-sm">
        <input
          type="checkbox"
          checked={given.asIs}
          onChange={({ target }) => onChange({ ...given, asIs: target.checked })}
          className="mt-0.5 size-4 accent-accent"
        />
        Exactly as it is, also where it looks like another kind of key
      </label>
      <p className="text-sm text-quiet wrap-anywhere">
        A provider in a private network is asked where the server was started with <code>--private</code>; on its own
        machine by <code>keyturn rotate {name} --value --private</code>.
      </p>
    </div>
  );
}

interface PastedProps {
  readonly label: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly hint?: string;
}

function Pasted({ label, value, onValue, hint }: PastedProps) {
  return (
    <Field
      label={label}
      type="password"
      value={value}
      onChange={({ target }) => onValue(target.value)}
      {...(hint === undefined ? {} : { hint })}
      autoComplete="off"
      autoCapitalize="none"
      data-1p-ignore
      data-lpignore="true"
      spellCheck={false}
      className="font-mono"
    />
  );
}
