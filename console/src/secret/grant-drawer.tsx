import { useState } from "react";
import { useGive, type GrantKey, type Secret } from "../api/secret.ts";
import { Button } from "../element/button.tsx";
import { Drawer } from "../element/drawer.tsx";
import { FailureNotice } from "../element/failure-notice.tsx";
import { Notice } from "../element/notice.tsx";
import { useEnvironment } from "../shell/environment.ts";
import { ChoiceList } from "./choice-list.tsx";
import { turn } from "./selection.ts";

interface GrantDrawerProps {
  readonly secrets: readonly Secret[];
  readonly onClose: () => void;
}

/** What contracts ask for of these values. A name that steers a loader takes a grant more, on the command line. */
export function GrantDrawer({ secrets, onClose }: GrantDrawerProps) {
  const { name: environment } = useEnvironment();
  // as it was when this was opened: what is given is asked for no longer
  const [wishes] = useState(() => wishesOf(secrets));
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const give = useGive(environment);
  const chosen = wishes.filter((one) => !left.has(keyOf(one)));
  if (wishes.length === 0) {
    return (
      <Drawer title="Grant" onClose={onClose}>
        <Notice tone="plain" title="No contract asks for one of these values without a grant" />
      </Drawer>
    );
  }
  return (
    <Drawer
      title="Grant"
      about="Contracts ask, grants authorise: a service gets a value with the next apply when it may have it."
      onClose={onClose}
    >
      {give.data === undefined ? (
        <>
          <ChoiceList
            label="Grants to give"
            choices={wishes.map((one) => ({
              key: keyOf(one),
              title: one.name,
              about: `to ${one.service}`,
              chosen: !left.has(keyOf(one)),
            }))}
            onChoose={(key) => setLeft(turn(left, key))}
          />
          {give.error !== null && <FailureNotice error={give.error} />}
          <div>
            <Button
              kind="primary"
              busy={give.isPending}
              disabled={chosen.length === 0}
              onClick={() => give.mutate(chosen)}
            >
              {chosen.length === 1 ? "Give 1 grant" : `Give ${chosen.length} grants`}
            </Button>
          </div>
        </>
      ) : (
        <Notice tone="good" title="Given">
          {give.data.grants.map(({ name, service }) => (
            <p key={`${service} ${name}`}>
              <span className="font-mono">{name}</span> to {service}
            </p>
          ))}
        </Notice>
      )}
    </Drawer>
  );
}

function wishesOf(secrets: readonly Secret[]): readonly GrantKey[] {
  const all = secrets.flatMap(({ name, ungranted }) =>
    ungranted.map((service) => ({ service, name, kind: "hold" }) as const),
  );
  return [...new Map(all.map((one) => [keyOf(one), one])).values()];
}

function keyOf({ service, name }: GrantKey): string {
  return `${name} ${service}`;
}
