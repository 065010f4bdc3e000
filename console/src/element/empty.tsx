import type { ReactNode } from "react";

interface EmptyProps {
  readonly title: string;
  readonly children?: ReactNode;
  /** what to type next */
  readonly command?: string;
}

export function Empty({ title, children, command }: EmptyProps) {
  return (
    <div className="grid justify-items-start gap-2 rounded-lg border border-dashed border-edge px-5 py-8">
      <p className="font-medium">{title}</p>
      {children !== undefined && <div className="max-w-prose text-sm text-quiet">{children}</div>}
      {command !== undefined && <code className="rounded bg-raised px-2 py-1 font-mono text-sm">{command}</code>}
    </div>
  );
}
