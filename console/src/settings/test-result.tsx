import type { Assessment } from "../api/settings.ts";
import { Notice } from "../element/notice.tsx";
import type { Tone } from "../element/tone.ts";

const shown: Readonly<Record<Assessment["outcome"], { readonly tone: Tone; readonly title: string }>> = {
  verified: { tone: "good", title: "Verified" },
  unverified: { tone: "warn", title: "Nothing proves it" },
  refused: { tone: "bad", title: "Refused" },
};

export function TestResult({ outcome, meaning, advice, notices }: Assessment) {
  const { tone, title } = shown[outcome];
  return (
    <Notice tone={tone} title={title}>
      {meaning}
      {advice !== "" && <p className="text-quiet">{advice}</p>}
      {notices.map((notice) => (
        <p key={notice} className="text-quiet">
          {notice}
        </p>
      ))}
    </Notice>
  );
}
