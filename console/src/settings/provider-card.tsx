import type { ReactNode } from "react";
import type { ProviderSettings, SavedSetting } from "../api/settings.ts";
import { Badge } from "../element/badge.tsx";
import { Button } from "../element/button.tsx";
import { Ago, Span } from "../element/moment.tsx";
import { Notice } from "../element/notice.tsx";
import { countText, listText, stateTone, stateWord } from "./words.ts";

interface ProviderCardProps {
  readonly settings: ProviderSettings;
  readonly onEdit: () => void;
  readonly onHistory: () => void;
}

/** What is known of one provider's key, and nothing of the key itself. */
export function ProviderCard({ settings, onEdit, onHistory }: ProviderCardProps) {
  const { provider, title, saved, probe, surfaces, runtimes, deadlines, shadows } = settings;
  const heading = `settings-${provider}`;
  return (
    <li aria-labelledby={heading} className="grid content-between gap-4 rounded-lg border border-line bg-panel p-4">
      <div className="grid gap-3">
        <header className="flex flex-wrap items-center gap-2">
          <h3 id={heading} className="grow font-semibold">
            {title}
          </h3>
          <State settings={settings} />
        </header>
        {probe !== undefined && probe.state !== "ok" && <p className="text-sm wrap-anywhere">{probe.meaning}</p>}
        <dl className="grid gap-1.5 text-sm">
          {saved !== undefined && <Saved saved={saved} settings={settings} />}
          {probe !== undefined && (
            <Fact title="Probed">
              {stateWord(probe.state)} for <Span from={probe.since} />, asked <Ago at={probe.checkedAt} />
            </Fact>
          )}
          <Fact title="Used by">
            {runtimes === 0 ? "no runtime yet" : countText(runtimes, "runtime")}
            {surfaces.length > 0 && `, for ${listText(surfaces)}`}
          </Fact>
        </dl>
        {saved?.waits !== undefined && <Waiting waits={saved.waits} />}
        {saved !== undefined && saved.fields.length === 0 && (
          <Notice tone="bad" title={`Revision ${saved.revision} can't be opened`}>
            Runtimes keep what they have. Enter the key again, or return to an earlier revision.
          </Notice>
        )}
        {deadlines.map(({ deadline, message }) => (
          <Notice key={deadline + message} tone="warn" title={`By ${deadline}`}>
            {message}
          </Notice>
        ))}
        {shadows.length > 0 && (
          <Notice tone="warn" title={`Also stored as a deploy secret: ${listText(shadows)}`}>
            Runtimes get the one from here; the other is without effect for them.
          </Notice>
        )}
      </div>
      <div className="flex gap-2">
        <Button aria-label={`${saved === undefined ? "Enter" : "Change"} ${title}`} onClick={onEdit}>
          {saved === undefined ? "Enter" : "Change"}
        </Button>
        {saved !== undefined && (
          <Button kind="quiet" aria-label={`History of ${title}`} onClick={onHistory}>
            History
          </Button>
        )}
      </div>
    </li>
  );
}

function State({ settings: { saved, probe } }: { readonly settings: ProviderSettings }) {
  if (saved === undefined) return <Badge tone="plain">not set</Badge>;
  return (
    <>
      {saved.waits !== undefined && <Badge tone="warn">not rolled out</Badge>}
      {saved.check === "unverified" && <Badge tone="warn">saved unverified</Badge>}
      {probe !== undefined && <Badge tone={stateTone(probe.state)}>{stateWord(probe.state)}</Badge>}
    </>
  );
}

/** A save that was cut short; while one is at work it says the same for a moment. */
function Waiting({ waits }: { readonly waits: NonNullable<SavedSetting["waits"]> }) {
  const command = waits === "waves" ? "keyturn apply" : "keyturn runtimes restart --now";
  return (
    <Notice tone="warn" title="Saved, and its rollout has not begun">
      Runtimes have the key before. <code className="font-mono text-xs">{command}</code> begins it, and so does the next
      start of the server.
    </Notice>
  );
}

function Saved({ saved, settings }: { readonly saved: SavedSetting; readonly settings: ProviderSettings }) {
  const { savedAt, actor, revision, reason, fields } = saved;
  const labels = new Map(settings.fields.map(({ id, label }) => [id, label]));
  return (
    <>
      {fields.map(({ id, fingerprint, version, value }) => (
        <Fact key={id} title={labels.get(id) ?? id}>
          {value === undefined ? <code className="font-mono text-xs">{fingerprint}</code> : value}{" "}
          <span className="text-quiet">v{version}</span>
        </Fact>
      ))}
      <Fact title="Saved">
        <Ago at={savedAt} /> by {actor}, revision {revision}
      </Fact>
      {reason !== undefined && <Fact title="Unproved">{reason}</Fact>}
    </>
  );
}

function Fact({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <div className="flex gap-3">
      <dt className="w-24 shrink-0 text-quiet first-letter:uppercase">{title}</dt>
      <dd className="min-w-0 wrap-anywhere">{children}</dd>
    </div>
  );
}
