import { useNow } from "./now.ts";
import { ageText, momentText, spanText } from "./time-text.ts";

/** How long ago; the moment itself for whoever points at it. */
export function Ago({ at }: { readonly at: number }) {
  const now = useNow(30_000);
  return (
    <time dateTime={new Date(at).toISOString()} title={momentText(at)} className="whitespace-nowrap">
      {ageText(now - at)}
    </time>
  );
}

/** Counts on where there is no end yet. */
export function Span({ from, to }: { readonly from: number; readonly to?: number | undefined }) {
  const now = useNow(1000);
  return <span className="whitespace-nowrap">{spanText((to ?? now) - from)}</span>;
}
