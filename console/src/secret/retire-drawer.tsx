import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useApi } from "../api/api.ts";
import { retirePreviewQuery, useRetire, type Retired, type Secret } from "../api/secret.ts";
import { Confirm } from "../element/confirm.tsx";
import { Drawer } from "../element/drawer.tsx";
import { FailureNotice } from "../element/failure-notice.tsx";
import { Loaded } from "../element/loaded.tsx";
import { useEnvironment } from "../shell/environment.ts";
import { ChoiceList, type Choice } from "./choice-list.tsx";
import { keyOf, placeOf, turn } from "./selection.ts";

interface RetireDrawerProps {
  readonly secrets: readonly Secret[];
  readonly onClose: () => void;
}

/** Ends every version before the present one, for good; on the hosts too. */
export function RetireDrawer({ secrets, onClose }: RetireDrawerProps) {
  const { name: environment } = useEnvironment();
  // as they were when this was opened: afterwards there is nothing left to end
  const [opened] = useState(secrets);
  const query = useQuery(retirePreviewQuery(useApi(), environment, opened));
  const retire = useRetire(environment);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const outcomes = retire.data ?? query.data ?? [];
  const asked = retire.variables ?? opened;
  const choices = asked.map((secret, index) => choiceOf(secret, outcomes[index], left));
  const chosen = opened.filter((one) => choices.some(({ key, chosen }) => chosen === true && key === keyOf(one)));
  return (
    <Drawer
      title="Retire old versions"
      about="Every version before the present one. No release, rollback or restore brings a retired one back."
      onClose={onClose}
    >
      <Loaded query={query} waiting="Looking where they are in use…">
        {() => (
          <>
            <ChoiceList
              label={retire.data === undefined ? "Values whose old versions end" : "What became of each"}
              choices={choices}
              onChoose={(key) => setLeft(turn(left, key))}
            />
            {retire.error !== null && <FailureNotice error={retire.error} />}
            {retire.data === undefined && (
              <div>
                <Confirm
                  trigger={
                    chosen.length === 1 ? "Retire those of 1 value…" : `Retire those of ${chosen.length} values…`
                  }
                  disabled={chosen.length === 0 || retire.isPending}
                  title="Retire them for good?"
                  action="Retire for good"
                  onConfirm={() => retire.mutate(chosen)}
                >
                  Where a host keeps the release before and one of them is in it, that copy is destroyed. There is no
                  way back.
                </Confirm>
              </div>
            )}
          </>
        )}
      </Loaded>
    </Drawer>
  );
}

function choiceOf(secret: Secret, outcome: Retired | undefined, left: ReadonlySet<string>): Choice {
  const key = keyOf(secret);
  const only = placeOf(secret.scope);
  const line = { key, title: only === "" ? secret.name : `${secret.name}, only ${only}` };
  if (outcome === undefined) return line;
  if (outcome.kind === "refused") return { ...line, problem: outcome.message };
  if (outcome.kind === "nothing") return { ...line, fixed: true, about: "no version before the present one is left" };
  const { versions, kept, away } = outcome.retirement;
  const about = versions.map(({ number, scope }) => `v${number} ${placeOf(scope)}`.trim()).join(", ");
  if (outcome.kind === "cancelled") {
    const notices = [
      ...(kept.length === 0 ? [] : [`the release before is destroyed on ${kept.join(", ")}`]),
      ...(away.length === 0 ? [] : [`away now, destroyed there by the next apply: ${away.join(", ")}`]),
    ];
    return { ...line, about, notices, chosen: !left.has(key) };
  }
  const notices = outcome.targets
    .filter(({ kind }) => kind === "left")
    .map(({ target, detail }) => `${target}: ${detail}`);
  return { ...line, fixed: true, about: `${about} retired`, notices };
}
