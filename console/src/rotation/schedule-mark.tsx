import type { Secret } from "../api/secret.ts";
import { texts } from "../element/tone.ts";
import { scheduleText, tokenText } from "./schedule-text.ts";

/** When it is to be replaced, and when what it signs is over. */
export function ScheduleMark({ secret: { rotation, tokens } }: { readonly secret: Secret }) {
  const shown = [
    ...(rotation === undefined ? [] : [scheduleText(rotation)]),
    ...(tokens === undefined || tokens.state === "fresh" ? [] : [tokenText(tokens)]),
  ];
  if (shown.length === 0) return <span className="text-quiet">–</span>;
  return (
    <span className="flex flex-wrap gap-x-3">
      {shown.map(({ text, tone }) => (
        <span key={text} className={tone === "plain" ? "whitespace-nowrap" : texts[tone]}>
          {text}
        </span>
      ))}
    </span>
  );
}
