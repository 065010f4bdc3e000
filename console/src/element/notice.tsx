import type { ReactNode } from "react";
import { grounds, type Tone } from "./tone.ts";

interface NoticeProps {
  readonly tone: Tone;
  readonly title: ReactNode;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}

export function Notice({ tone, title, children, action }: NoticeProps) {
  return (
    <div
      role={tone === "bad" ? "alert" : "status"}
      className={`flex flex-wrap items-start justify-between gap-3 rounded-md px-3 py-2.5 text-sm ${grounds[tone]}`}
    >
      <div className="grid min-w-0 gap-1">
        <p className="font-medium wrap-anywhere">{title}</p>
        {children !== undefined && <div className="text-text wrap-anywhere">{children}</div>}
      </div>
      {action}
    </div>
  );
}
