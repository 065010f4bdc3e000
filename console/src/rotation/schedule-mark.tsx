import { texts } from "../element/tone.ts";
import { scheduleText, type Scheduled } from "./schedule-text.ts";

export function ScheduleMark({ rotation }: { readonly rotation: Scheduled | undefined }) {
  if (rotation === undefined) return <span className="text-quiet">–</span>;
  const { text, tone } = scheduleText(rotation);
  return <span className={tone === "plain" ? "whitespace-nowrap" : texts[tone]}>{text}</span>;
}
