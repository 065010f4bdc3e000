import { useState } from "react";
import { ApiFailure } from "../api/failure.ts";
import { useSetValues, type Secret } from "../api/secret.ts";
import { Button } from "../element/button.tsx";
import { Drawer } from "../element/drawer.tsx";
import { FailureNotice } from "../element/failure-notice.tsx";
import { Field } from "../element/field.tsx";
import { useEnvironment } from "../shell/environment.ts";
import { keyOf, placeOf, valueCount } from "./selection.ts";
import { Stored } from "./stored.tsx";

interface SetDrawerProps {
  readonly secrets: readonly Secret[];
  readonly onClose: () => void;
}

/** New values for several at once, all or none. What stays empty is left as it is. */
export function SetDrawer({ secrets, onClose }: SetDrawerProps) {
  const { name: environment } = useEnvironment();
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>({});
  const [shown, setShown] = useState(false);
  const save = useSetValues(environment);
  const values = secrets.flatMap((secret) => {
    const value = typed[keyOf(secret)] ?? "";
    return value === "" ? [] : [{ name: secret.name, ...secret.scope, value }];
  });
  const problems = problemsOf(save.error);
  return (
    <Drawer
      title="Set values"
      about="All of them are saved, or none. What stays empty keeps its value, and what is typed is never shown again."
      onClose={onClose}
    >
      {save.data === undefined ? (
        <form
          autoComplete="off"
          className="grid grid-cols-[minmax(0,1fr)] gap-5"
          onSubmit={(event) => {
            event.preventDefault();
            save.mutate({ values }, { onSuccess: () => setTyped({}) });
          }}
        >
          {secrets.map((secret) => (
            <Field
              key={keyOf(secret)}
              label={labelOf(secret)}
              type={secret.sensitive && !shown ? "password" : "text"}
              value={typed[keyOf(secret)] ?? ""}
              onChange={({ target }) => {
                setTyped({ ...typed, [keyOf(secret)]: target.value });
                save.reset();
              }}
              placeholder={`keeps ${secret.fingerprint}`}
              problem={problems.get(keyOf(secret))}
              autoComplete="off"
              data-1p-ignore
              data-lpignore="true"
              autoCapitalize="none"
              spellCheck={false}
              className="font-mono"
            />
          ))}
          {save.error !== null && problems.size === 0 && <FailureNotice error={save.error} />}
          <p className="text-sm text-quiet">
            For a value of several lines: <code className="font-mono">keyturn set NAME --file PATH</code>
          </p>
          <div className="flex flex-wrap gap-2">
            <Button
              kind="primary"
              type="submit"
              busy={save.isPending}
              disabled={values.length === 0 || problems.size > 0}
            >
              {save.isPending ? "Saving…" : `Save ${valueCount(values.length)}`}
            </Button>
            <Button aria-pressed={shown} disabled={values.length === 0} onClick={() => setShown(!shown)}>
              {shown ? "Hide" : "Show"}
            </Button>
          </div>
        </form>
      ) : (
        <Stored values={save.data.values} />
      )}
    </Drawer>
  );
}

/** The name keeps its letters: a label begins with a capital one otherwise. */
function labelOf({ name, scope }: Secret): string {
  const only = placeOf(scope);
  return only === "" ? name : `${name}, only ${only}`;
}

/** Beside the field that each is about. */
function problemsOf(error: Error | null): ReadonlyMap<string, string> {
  if (!(error instanceof ApiFailure)) return new Map();
  return new Map(
    error.findings.flatMap(({ name, scope, message }) =>
      typeof name === "string" && typeof scope === "object" && scope !== null
        ? [[keyOf({ name, scope }), message] as const]
        : [],
    ),
  );
}
