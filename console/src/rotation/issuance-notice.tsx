import type { Issuance } from "../api/rotation.ts";
import { Notice } from "../element/notice.tsx";
import { momentText } from "../element/time-text.ts";
import { issuanceTexts } from "./words.ts";

interface IssuanceNoticeProps {
  readonly issuance: Issuance;
  /** since when it waits, milliseconds since 1970 */
  readonly since: number;
}

/** What is left to do at the system that makes the value. */
export function IssuanceNotice({ issuance, since }: IssuanceNoticeProps) {
  const { name, state, attempts, nextAt, trouble, actor } = issuance;
  return (
    <Notice tone="warn" title={`${name}: ${issuanceTexts[state]}`}>
      <p>
        Begun by {actor}; it waits since {momentText(since)}.{trouble !== undefined && ` In the way: ${trouble}.`}
      </p>
      <p>
        {attempts > 0 && `It was tried ${attempts === 1 ? "once" : `${attempts} times`} in vain. `}
        {nextAt !== undefined && `The server tries it again at ${momentText(nextAt)}. `}
        <code className="font-mono text-xs">keyturn rotate {name} --continue</code> tries it now.
      </p>
    </Notice>
  );
}
