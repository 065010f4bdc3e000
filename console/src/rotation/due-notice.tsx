import type { Secret } from "../api/secret.ts";
import { Notice } from "../element/notice.tsx";
import { SecretLink } from "../secret/secret-link.tsx";
import { isWaiting } from "./schedule-text.ts";

/** Secrets that are older than they may be, and wait for a person. */
export function DueNotice({ secrets }: { readonly secrets: readonly Secret[] }) {
  const waiting = secrets.filter(({ rotation }) => rotation !== undefined && isWaiting(rotation));
  if (waiting.length === 0) return null;
  return (
    <Notice tone="warn" title={waiting.length === 1 ? "1 secret is due" : `${waiting.length} secrets are due`}>
      <ul className="grid gap-0.5">
        {waiting.map(({ id, name, rotation }) => (
          <li key={id}>
            <SecretLink name={name} />
            {rotation?.state === "returned"
              ? ": its rotation was taken back, see why and begin it again"
              : ": a person rotates it, or sets it"}
          </li>
        ))}
      </ul>
    </Notice>
  );
}
