import type { RotationPlan } from "../api/rotation.ts";
import { Field } from "../element/field.tsx";

interface NewValueProps {
  readonly plan: RotationPlan;
  readonly value: string;
  /** of a pair, the other name's */
  readonly other: string;
  readonly onValue: (value: string) => void;
  readonly onOther: (value: string) => void;
}

/** Where a person pastes what they made: one value, or both of a pair. */
export function NewValue({ plan, value, other, onValue, onOther }: NewValueProps) {
  const { name, companion, unmade } = plan;
  if (companion === undefined) {
    return (
      <Pasted
        label="The new value"
        value={value}
        onValue={onValue}
        placeholder="made by the contract's rule"
        hint="Left empty, it is made here and nobody sees it."
      />
    );
  }
  const placeholder = unmade === undefined ? "made with it" : "";
  const hint =
    unmade === undefined
      ? "Left empty, both are made here and nobody sees them."
      : "Nothing makes them: paste the two that were made together.";
  return (
    <>
      <Pasted label={`The new ${companion.name}`} value={other} onValue={onOther} placeholder={placeholder} />
      <Pasted label={`The new ${name}`} value={value} onValue={onValue} placeholder={placeholder} hint={hint} />
    </>
  );
}

/** One of the two alone is of no use, and neither is none where nothing makes them. */
export function isHalf({ companion, unmade, open }: RotationPlan, value: string, other: string): boolean {
  if (companion === undefined || open !== undefined) return false;
  return (value === "") !== (other === "") || (unmade !== undefined && value === "");
}

interface PastedProps {
  readonly label: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly placeholder: string;
  readonly hint?: string;
}

function Pasted({ label, value, onValue, placeholder, hint }: PastedProps) {
  return (
    <Field
      label={label}
      type="password"
      value={value}
      onChange={({ target }) => onValue(target.value)}
      placeholder={placeholder}
      {...(hint === undefined ? {} : { hint })}
      autoComplete="off"
      data-1p-ignore
      data-lpignore="true"
      spellCheck={false}
      className="font-mono"
    />
  );
}
