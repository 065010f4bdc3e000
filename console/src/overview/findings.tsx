import type { Schemas } from "../api/schema.ts";
import { Notice } from "../element/notice.tsx";
import type { Tone } from "../element/tone.ts";

const tones: Readonly<Record<Schemas["Finding"]["severity"], Tone>> = {
  error: "bad",
  warning: "warn",
  notice: "plain",
};

export function Findings({ findings }: { readonly findings: readonly Schemas["Finding"][] }) {
  return findings.map(({ severity, code, message, hint }, index) => (
    <Notice key={`${code}-${index}`} tone={tones[severity]} title={message}>
      {hint}
    </Notice>
  ));
}
