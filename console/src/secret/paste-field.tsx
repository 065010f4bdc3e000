import { useId, useState } from "react";
import { Button } from "../element/button.tsx";

interface PasteFieldProps {
  readonly value: string;
  readonly onChange: (text: string) => void;
}

/** Many lines of secrets: whoever looks over the shoulder sees dots. */
export function PasteField({ value, onChange }: PasteFieldProps) {
  const id = useId();
  const [shown, setShown] = useState(false);
  return (
    <div className="grid gap-1">
      <div className="flex items-end justify-between gap-2">
        <label htmlFor={id} className="text-sm font-medium">
          Lines of a .env file
        </label>
        <Button small aria-pressed={shown} disabled={value === ""} onClick={() => setShown(!shown)}>
          {shown ? "Hide" : "Show"}
        </Button>
      </div>
      <textarea
        id={id}
        rows={8}
        value={value}
        onChange={({ target }) => onChange(target.value)}
        placeholder="NAME=value"
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        data-1p-ignore
        data-lpignore="true"
        className={`w-full min-w-0 resize-y rounded-md border border-edge bg-panel px-2.5 py-1.5 font-mono text-sm ${shown || value === "" ? "" : "[-webkit-text-security:disc]"}`}
      />
    </div>
  );
}
