import type { ToldEvent } from "../api/events.ts";
import { texts } from "../element/tone.ts";
import { eventLine } from "./event-line.ts";

/** What happened, and how long after the beginning. */
export function Timeline({ events }: { readonly events: readonly ToldEvent[] }) {
  const lines = events.flatMap((event) => {
    const line = eventLine(event);
    return line === undefined ? [] : [{ ...line, elapsed: event.elapsed }];
  });
  if (lines.length === 0) return <p className="text-sm text-quiet">Nothing was told yet.</p>;
  return (
    <ol className="grid gap-1 border-l border-line pl-4 text-sm">
      {lines.map(({ elapsed, text, tone }, index) => (
        <li key={`${elapsed}-${index}`} className="flex gap-3">
          <span className="w-16 shrink-0 text-right text-quiet">{(elapsed / 1000).toFixed(1)} s</span>
          <span className={`min-w-0 wrap-anywhere ${tone === "plain" ? "" : texts[tone]}`}>{text}</span>
        </li>
      ))}
    </ol>
  );
}
