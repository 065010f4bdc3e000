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
import { GivenValue, isWhole, nothingGiven } from "./given-value.tsx";
import { MakerChoice } from "./maker-choice.tsx";
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
  const [isGiven, setIsGiven] = useState(false);
  const [given, setGiven] = useState(nothingGiven);
  const question = { name, ...scope, compromised };
  const asked = { ...question, ...(isGiven ? { given: true } : {}) };
  const query = useQuery(rotationPlanQuery(useApi(), environment, asked));
  const rotate = useRotate(environment);
  const [confirm, setConfirm] = useState("");
  const begin = (expected: string): void => {
    const { value, other, asIs } = given;
    const companion = other === "" ? {} : { companion: { value: other } };
    const pasted = { value, ...companion, ...(asIs ? { asIs } : {}) };
    const more = { ...(isGiven ? pasted : {}), ...(compromised ? { confirm } : {}) };
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
      {query.data?.plan.open === undefined && (
        <MakerChoice
          given={isGiven}
          onChoose={(chosen) => {
            setIsGiven(chosen);
            setGiven(nothingGiven);
            rotate.reset();
          }}
        />
      )}
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
            {isGiven && <GivenValue plan={plan} given={given} onChange={setGiven} />}
            {plan.unmade !== undefined && (
              <p className="text-sm text-warn wrap-anywhere">
                Nothing makes {plan.unmade.join(" and ")}: it takes{" "}
                {plan.companion === undefined
                  ? "one that was made where it is known"
                  : "the two that were made together"}
                .
              </p>
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
                disabled={
                  (compromised && confirm !== name) || (isGiven ? !isWhole(plan, given) : plan.unmade !== undefined)
                }
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
