import { useId, type ComponentProps, type ReactNode } from "react";

interface FieldProps extends Omit<ComponentProps<"input">, "id"> {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly problem?: string | undefined;
  /** stands beside the input */
  readonly beside?: ReactNode;
}

/** One input with its label; the hint and what is wrong with it are read out with it. */
export function Field({ label, hint, problem, beside, className = "", ...input }: FieldProps) {
  const id = useId();
  const [hintId, problemId] = [`${id}-hint`, `${id}-problem`];
  const described = [hint === undefined ? "" : hintId, problem === undefined ? "" : problemId].filter(
    (one) => one !== "",
  );
  return (
    <div className="grid gap-1">
      <label htmlFor={id} className="text-sm font-medium first-letter:uppercase">
        {label}
      </label>
      <div className="flex gap-2">
        <input
          id={id}
          aria-invalid={problem !== undefined}
          aria-describedby={described.join(" ") || undefined}
          className={`min-h-9 w-full min-w-0 rounded-md border bg-panel px-2.5 py-1.5 text-base ${problem === undefined ? "border-edge" : "border-bad"} ${className}`}
          {...input}
        />
        {beside}
      </div>
      {hint !== undefined && (
        <p id={hintId} className="text-sm text-quiet">
          {hint}
        </p>
      )}
      <p id={problemId} role={problem === undefined ? undefined : "alert"} className="text-sm text-bad empty:hidden">
        {problem}
      </p>
    </div>
  );
}
