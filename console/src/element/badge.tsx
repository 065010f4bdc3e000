import type { ReactNode } from "react";
import { grounds, type Tone } from "./tone.ts";

/** A word, and a colour for those who see it. */
export function Badge({ tone, children }: { readonly tone: Tone; readonly children: ReactNode }) {
  return (
    <span className={`inline-block rounded px-1.5 py-0.5 text-xs font-medium whitespace-nowrap ${grounds[tone]}`}>
      {children}
    </span>
  );
}
