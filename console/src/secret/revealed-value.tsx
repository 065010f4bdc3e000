import { useState } from "react";
import type { Schemas } from "../api/schema.ts";
import { Button } from "../element/button.tsx";

interface RevealedValueProps {
  readonly revealed: Schemas["Revealed"];
  readonly onDone: () => void;
}

/** Of a value that is no text, its base64. */
export function RevealedValue({ revealed: { version, value, base64 = "" }, onDone }: RevealedValueProps) {
  const [copied, setCopied] = useState(false);
  const text = value ?? base64;
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
  };
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-3">
      <p className="text-sm text-quiet">
        Version {version}
        {value === undefined && ", which is no text: this is its base64"}. It is shown until you close this.
      </p>
      <pre className="rounded-md border border-line bg-panel px-3 py-2.5 font-mono text-sm break-all whitespace-pre-wrap">
        {text}
      </pre>
      <div className="flex flex-wrap gap-2">
        <Button onClick={() => void copy()}>{copied ? "Copied" : "Copy"}</Button>
        <Button kind="primary" onClick={onDone}>
          Done
        </Button>
      </div>
    </div>
  );
}
