import { useState } from "react";
import { Button } from "../element/button.tsx";
import { Notice } from "../element/notice.tsx";
import { momentText } from "../element/time-text.ts";

interface OnceProps {
  readonly title: string;
  readonly text: string;
  readonly expiresAt: number;
}

/** A secret that is told this one time. */
export function Once({ title, text, expiresAt }: OnceProps) {
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
  };
  return (
    <Notice
      tone="good"
      title={title}
      action={<Button onClick={() => void copy()}>{copied ? "Copied" : "Copy"}</Button>}
    >
      <code className="font-mono break-all">{text}</code>
      <p className="mt-1 text-quiet">It is shown once, and works until {momentText(expiresAt)}.</p>
    </Notice>
  );
}
