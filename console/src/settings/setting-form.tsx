import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ApiFailure } from "../api/failure.ts";
import { useSave, useTest, type Assessment, type Impact, type ProviderSettings, type Save } from "../api/settings.ts";
import { Button } from "../element/button.tsx";
import { FailureNotice } from "../element/failure-notice.tsx";
import { Notice } from "../element/notice.tsx";
import { useEnvironment } from "../shell/environment.ts";
import { useDraft, type Draft } from "./draft.ts";
import { Emergency } from "./emergency.tsx";
import { TestResult } from "./test-result.tsx";
import { Unproved } from "./unproved.tsx";
import { useJudged } from "./use-judged.ts";
import { ValueField } from "./value-field.tsx";
import { impactText } from "./words.ts";

interface SettingFormProps {
  readonly settings: ProviderSettings;
  readonly impact: Impact;
  readonly revision: number;
  readonly onSaved: (saved: { readonly rollout?: string }) => void;
}

/** Nothing is saved that was not tested just as it stands there. */
export function SettingForm({ settings, impact, revision, onSaved }: SettingFormProps) {
  const { name: environment } = useEnvironment();
  const { provider, fields, saved, surfaces } = settings;
  const draft = useDraft(settings);
  const test = useTest({ environment, provider });
  const save = useSave({ environment, provider });
  const [tested, setTested] = useState<Assessment>();
  const judged = useJudged(settings, draft);
  const problems = new Map([
    ...missingAgain(settings, draft),
    ...[...judged].flatMap(([id, { problem }]) => (problem === undefined ? [] : [[id, problem] as const])),
    ...(tested?.problems.map(({ field, message }) => [field, message] as const) ?? []),
  ]);
  const untouched = Object.keys(draft.changed).length === 0 || (tested === undefined && problems.size > 0);
  const busy = test.isPending || save.isPending;

  const type = (id: string, text: string): void => {
    draft.type(id, text);
    setTested(undefined);
    test.reset();
    save.reset();
  };
  const keep = (more: Pick<Save, "unverified" | "emergency"> = {}): void =>
    save.mutate(
      { fields: draft.changed, expected: revision, ...more },
      {
        onSuccess: ({ rollout }) => {
          draft.clear();
          onSaved(rollout === undefined ? {} : { rollout });
        },
      },
    );
  const assess = (then: (found: Assessment) => void = () => undefined): void =>
    test.mutate(draft.changed, {
      onSuccess: (found) => {
        setTested(found);
        then(found);
      },
    });

  const saveProved = (more: Pick<Save, "emergency"> = {}): void => {
    const keepVerified = ({ outcome }: Assessment): void => {
      if (outcome === "verified") keep(more);
    };
    if (tested === undefined) assess(keepVerified);
    else keepVerified(tested);
  };
  return (
    <form
      autoComplete="off"
      className="grid grid-cols-[minmax(0,1fr)] gap-5"
      onSubmit={(event) => {
        event.preventDefault();
        saveProved();
      }}
    >
      {fields.map((field) => (
        <ValueField
          key={field.id}
          field={field}
          saved={saved?.fields.find(({ id }) => id === field.id)}
          value={draft.typed[field.id] ?? ""}
          problem={problems.get(field.id)}
          judged={judged.get(field.id)}
          onChange={(text) => type(field.id, text)}
        />
      ))}
      {tested !== undefined && <TestResult {...tested} />}
      {test.error !== null && <FailureNotice error={test.error} />}
      {save.error !== null && <SaveFailure error={save.error} onSeen={() => save.reset()} />}
      <p className="text-sm text-quiet">Saving changes {impactText(tested?.impact ?? impact, surfaces)}.</p>
      {tested?.outcome === "unverified" && <Unproved impact={impact} busy={busy} onSave={keep} />}
      <div className="flex flex-wrap gap-2">
        <Button disabled={untouched} busy={busy} onClick={() => assess()}>
          {test.isPending ? "Asking the provider…" : "Test"}
        </Button>
        <Button
          kind="primary"
          type="submit"
          busy={busy}
          disabled={untouched || (tested !== undefined && tested.outcome !== "verified")}
        >
          {save.isPending ? "Saving…" : "Save and roll out"}
        </Button>
        {saved !== undefined && (tested === undefined || tested.outcome === "verified") && (
          <Emergency impact={impact} disabled={untouched || busy} onConfirm={() => saveProved({ emergency: true })} />
        )}
      </div>
    </form>
  );
}

/** A stored key is never sent to a new address. The server refuses it too. */
function missingAgain(
  { fields, saved }: ProviderSettings,
  { typed, changed }: Draft,
): readonly (readonly [string, string])[] {
  if (saved === undefined || !("base" in changed)) return [];
  return fields
    .filter(({ id, secret }) => secret && typed[id] === "" && saved.fields.some((field) => field.id === id))
    .map(({ id }) => [id, "enter it again: a stored one is never sent to a new address"]);
}

/** What someone else saved meanwhile is shown before anything of it is written over. */
function SaveFailure({ error, onSeen }: { readonly error: Error; readonly onSeen: () => void }) {
  const client = useQueryClient();
  if (!(error instanceof ApiFailure) || error.code !== "SETTINGS_CHANGED") return <FailureNotice error={error} />;
  const look = async (): Promise<void> => {
    await client.invalidateQueries({ queryKey: ["settings"] });
    onSeen();
  };
  return (
    <Notice
      tone="warn"
      title="Someone saved meanwhile"
      action={<Button onClick={() => void look()}>I have seen it</Button>}
    >
      <ul className="list-disc pl-5">
        {error.findings.map(({ message }) => (
          <li key={message}>{message}</li>
        ))}
      </ul>
      Nothing of yours was saved. What you typed is still here.
    </Notice>
  );
}
