import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useApi } from "../api/api.ts";
import { historyQuery, useRestore, type ProviderSettings, type Revision } from "../api/settings.ts";
import { Badge } from "../element/badge.tsx";
import { Button } from "../element/button.tsx";
import { Drawer } from "../element/drawer.tsx";
import { FailureNotice } from "../element/failure-notice.tsx";
import { Loaded } from "../element/loaded.tsx";
import { Ago } from "../element/moment.tsx";
import { useEnvironment } from "../shell/environment.ts";
import { RolledOut } from "./rolled-out.tsx";

interface HistoryProps {
  readonly settings: ProviderSettings;
  readonly revision: number;
  readonly onClose: () => void;
}

export function History({ settings: { provider, title }, revision: expected, onClose }: HistoryProps) {
  const { name: environment } = useEnvironment();
  const query = useQuery(historyQuery(useApi(), environment, provider));
  const restore = useRestore({ environment, provider });
  const [saved, setSaved] = useState<{ readonly rollout?: string }>();
  const goBack = (revision: number): void => restore.mutate({ revision, expected }, { onSuccess: setSaved });
  return (
    <Drawer
      title={`${title}: history`}
      about="Newest first. A return is a new revision, and goes out in waves like any other."
      onClose={onClose}
    >
      {restore.error !== null && <FailureNotice error={restore.error} />}
      {saved === undefined ? (
        <Loaded query={query} waiting="Reading the history…">
          {({ revisions }) => (
            <ol className="grid divide-y divide-line rounded-lg border border-line bg-panel">
              {revisions.map((revision, index) => (
                <RevisionLine
                  key={revision.revision}
                  {...revision}
                  present={index === 0}
                  busy={restore.isPending}
                  onReturn={() => goBack(revision.revision)}
                />
              ))}
            </ol>
          )}
        </Loaded>
      ) : (
        <RolledOut rollout={saved.rollout} />
      )}
    </Drawer>
  );
}

interface RevisionLineProps extends Revision {
  readonly present: boolean;
  readonly busy: boolean;
  readonly onReturn: () => void;
}

const origins: Readonly<Record<Revision["origin"], string>> = {
  saved: "saved",
  restored: "returned to",
  returned: "went back by itself to",
};

function RevisionLine({
  revision,
  at,
  actor,
  origin,
  of,
  check,
  reason,
  fields,
  present,
  busy,
  onReturn,
}: RevisionLineProps) {
  return (
    <li className="grid gap-2 px-3 py-3 text-sm">
      <div className="flex flex-wrap items-center gap-2">
        <span className="grow">
          <span className="font-medium">Revision {revision}</span>, {origins[origin]}
          {of !== undefined && ` revision ${of}`} <Ago at={at} /> by {actor}
        </span>
        {check === "unverified" && <Badge tone="warn">unverified</Badge>}
        {present ? (
          <Badge tone="good">present</Badge>
        ) : (
          <Button busy={busy} aria-label={`Return to revision ${revision}`} onClick={onReturn}>
            Return to this
          </Button>
        )}
      </div>
      {reason !== undefined && <p className="wrap-anywhere">{reason}</p>}
      <p className="flex flex-wrap gap-x-4 text-quiet">
        {fields.map(({ id, fingerprint }) => (
          <span key={id}>
            {id} <code className="font-mono text-xs">{fingerprint}</code>
          </span>
        ))}
      </p>
    </li>
  );
}
