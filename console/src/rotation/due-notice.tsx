import type { Secret } from "../api/secret.ts";
import { Notice } from "../element/notice.tsx";
import { SecretLink } from "../secret/secret-link.tsx";
import { isWaiting, tokenText } from "./schedule-text.ts";

/** Secrets that are older than they may be and wait for a person, and those whose tokens are over, or soon. */
export function DueNotice({ secrets }: { readonly secrets: readonly Secret[] }) {
  const waiting = secrets.filter(({ rotation }) => rotation !== undefined && isWaiting(rotation));
  const ending = secrets.filter(({ tokens }) => tokens !== undefined && tokens.state !== "fresh");
  return (
    <>
      {waiting.length > 0 && <Waiting secrets={waiting} />}
      {ending.length > 0 && <Ending secrets={ending} />}
    </>
  );
}

function Ending({ secrets }: { readonly secrets: readonly Secret[] }) {
  const isOver = secrets.some(({ tokens }) => tokens?.state === "over");
  return (
    <Notice tone={isOver ? "bad" : "warn"} title={isOver ? "Signed tokens are over" : "Signed tokens are over soon"}>
      <ul className="grid gap-0.5">
        {secrets.map(({ id, name, tokens }) => (
          <li key={id}>
            <SecretLink name={name} />
            {tokens !== undefined && `: ${tokenText(tokens).text}. A rotation signs anew.`}
          </li>
        ))}
      </ul>
    </Notice>
  );
}

function Waiting({ secrets: waiting }: { readonly secrets: readonly Secret[] }) {
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
