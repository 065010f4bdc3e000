import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useApi } from "../api/api.ts";
import { rotationPlanQuery, useRotate } from "../api/rotation.ts";
import type { Secret } from "../api/secret.ts";
import { Button } from "../element/button.tsx";
import { Drawer } from "../element/drawer.tsx";
import { FailureNotice } from "../element/failure-notice.tsx";
import { Field } from "../element/field.tsx";
import { Loaded } from "../element/loaded.tsx";
import { useEnvironment } from "../shell/environment.ts";
import { isHalf, NewValue } from "./new-value.tsx";
import { PlanView } from "./plan-view.tsx";

interface RotateProps {
  readonly secret: Pick<Secret, "name" | "scope">;
  readonly compromised: boolean;
  readonly onClose: () => void;
  /** it has begun, and its page is shown */
  readonly onBegun?: () => void;
}

/** Shows what a rotation would do, and begins what was shown. */
export function RotateDrawer({ secret: { name, scope }, compromised, onClose, onBegun }: RotateProps) {
  const { name: environment } = useEnvironment();
  const navigate = useNavigate();
  const question = { name, ...scope, compromised };
  const query = useQuery(rotationPlanQuery(useApi(), environment, question));
  const rotate = useRotate(environment);
  const [value, setValue] = useState("");
  const [other, setOther] = useState("");
  const [confirm, setConfirm] = useState("");
  const begin = (expected: string): void => {
    const more = {
      ...(value === "" ? {} : { value }),
      ...(other === "" ? {} : { companion: { value: other } }),
      ...(compromised ? { confirm } : {}),
    };
    rotate.mutate(
      { ...question, expected, ...more },
      {
        onSuccess: ({ rotation }) => {
          onBegun?.();
          void navigate({ to: "/rotations/$rotation", params: { rotation }, search: { env: environment } });
        },
        // what was shown may be another plan by now
        onError: () => void query.refetch(),
      },
    );
  };
  return (
    <Drawer
      title={compromised ? `${name} is compromised` : `Rotate ${name}`}
      about={
        compromised
          ? "Somebody else may know it: no overlap. Everything changes at once, calls fail meanwhile, and the old value is never taken again."
          : "Another value in everything that holds it, without a failed call: each step is proved before the next one begins."
      }
      onClose={onClose}
    >
      <Loaded query={query} waiting="Looking who holds it…">
        {({ plan, digest }) => (
          <form
            autoComplete="off"
            className="grid grid-cols-[minmax(0,1fr)] gap-5"
            onSubmit={(event) => {
              event.preventDefault();
              begin(digest);
            }}
          >
            <PlanView plan={plan} />
            {plan.open === undefined && (
              <NewValue plan={plan} value={value} other={other} onValue={setValue} onOther={setOther} />
            )}
            {compromised && (
              <Field
                label={`${name}, once more`}
                value={confirm}
                onChange={({ target }) => setConfirm(target.value)}
                hint="The name, so that nobody does this by one click too many."
                autoComplete="off"
                autoCapitalize="none"
                spellCheck={false}
                className="font-mono"
              />
            )}
            {rotate.error !== null && <FailureNotice error={rotate.error} />}
            <div>
              <Button
                kind={compromised ? "danger" : "primary"}
                type="submit"
                busy={rotate.isPending}
                disabled={(compromised && confirm !== name) || isHalf(plan, value, other)}
              >
                {rotate.isPending ? "Beginning…" : compromised ? "Rotate now, with that outage" : `Rotate ${name}`}
              </Button>
            </div>
          </form>
        )}
      </Loaded>
    </Drawer>
  );
}
