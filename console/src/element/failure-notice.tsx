import { ApiFailure } from "../api/failure.ts";
import { Button } from "./button.tsx";
import { Notice } from "./notice.tsx";

interface FailureNoticeProps {
  readonly error: Error;
  readonly onRetry?: (() => void) | undefined;
}

/** What the server said, and what to do next in its own words. */
export function FailureNotice({ error, onRetry }: FailureNoticeProps) {
  const known = error instanceof ApiFailure ? error : undefined;
  const findings = known?.findings ?? [];
  return (
    <Notice
      tone="bad"
      title={known?.message ?? "something failed in this page"}
      action={onRetry && <Button onClick={onRetry}>Try again</Button>}
    >
      {known === undefined ? "reload it; the server is not concerned" : known.hint}
      {findings.length > 0 && (
        <ul className="mt-2 grid list-disc gap-1 pl-5">
          {findings.map(({ code, message, hint }, index) => (
            <li key={`${code}-${index}`}>
              {message}
              {hint !== undefined && <span className="text-quiet"> – {hint}</span>}
            </li>
          ))}
        </ul>
      )}
    </Notice>
  );
}
