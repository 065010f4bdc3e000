import type { ListedRotation } from "../api/rotation.ts";
import type { Secret } from "../api/secret.ts";
import { Badge } from "../element/badge.tsx";
import { Button } from "../element/button.tsx";
import { Ago } from "../element/moment.tsx";
import { ScheduleMark } from "../rotation/schedule-mark.tsx";
import { covers, useEnvironment } from "../shell/environment.ts";
import { keyOf, placeOf } from "./selection.ts";

interface StoredListProps {
  /** of one name, by scope */
  readonly secrets: readonly Secret[];
  /** a rotation of it: no other one begins, and it may become an emergency */
  readonly open: ListedRotation | undefined;
  readonly onRotate: (secret: Secret, compromised: boolean) => void;
}

/** The present value of each scope, and what may be begun with it. */
export function StoredList({ secrets, open, onRotate }: StoredListProps) {
  const mayChange = covers(useEnvironment(), "operator");
  return (
    <ul aria-label="Stored" className="grid gap-2">
      {secrets.map((secret) => {
        const { version, fingerprint, createdAt, origin, actor, sensitive, scope, rotation, tokens } = secret;
        return (
          <li
            key={keyOf(secret)}
            className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3 rounded-lg border border-line bg-panel px-4 py-3"
          >
            <div className="grid min-w-0 gap-0.5">
              <p className="flex flex-wrap items-baseline gap-x-2 font-medium">
                v{version} <code className="font-mono text-xs font-normal text-quiet">{fingerprint}</code>
                {!sensitive && <Badge tone="plain">setting</Badge>}
                {placeOf(scope) !== "" && <span className="text-sm font-normal">only {placeOf(scope)}</span>}
              </p>
              <p className="text-sm text-quiet wrap-anywhere">
                <Ago at={createdAt} /> by {actor}, {origin}
              </p>
              {(rotation !== undefined || (tokens !== undefined && tokens.state !== "fresh")) && (
                <p className="flex flex-wrap gap-x-1 text-sm">
                  Next: <ScheduleMark secret={secret} />
                </p>
              )}
            </div>
            {mayChange && sensitive && (
              <div className="flex flex-wrap gap-2">
                <Button disabled={open !== undefined} onClick={() => onRotate(secret, false)}>
                  Rotate…
                </Button>
                <Button kind="danger" disabled={open?.compromised} onClick={() => onRotate(secret, true)}>
                  It is compromised…
                </Button>
              </div>
            )}
          </li>
        );
      })}
    </ul>
  );
}
