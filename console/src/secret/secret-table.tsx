import type { Secret } from "../api/secret.ts";
import { Badge } from "../element/badge.tsx";
import { Button } from "../element/button.tsx";
import { Ago } from "../element/moment.tsx";
import { Table, type Column } from "../element/table.tsx";
import { ScheduleMark } from "../rotation/schedule-mark.tsx";
import { SecretLink } from "./secret-link.tsx";
import { isSelectable } from "./selection-bar.tsx";
import { keyOf, placeOf, type Selection } from "./selection.ts";

interface SecretTableProps {
  readonly secrets: readonly Secret[];
  /** absent where this person may change nothing */
  readonly selection?: Selection | undefined;
  /** for who may ask for a value */
  readonly onReveal?: ((secret: Secret) => void) | undefined;
}

export function SecretTable({ secrets, selection, onReveal }: SecretTableProps) {
  const columns: readonly Column<Secret>[] = [
    { title: "Name", cell: (secret) => <Name secret={secret} selection={selection} /> },
    { title: "Age", cell: ({ createdAt }) => <Ago at={createdAt} /> },
    ...(secrets.some(hasDate) ? [nextColumn] : []),
    { title: "Version", align: "right", cell: ({ version }) => version },
    { title: "Fingerprint", cell: ({ fingerprint }) => <code className="font-mono text-xs">{fingerprint}</code> },
    { title: "Holders", cell: (secret) => <Holders {...secret} /> },
    { title: "Set by", cell: ({ actor }) => actor },
    ...(onReveal === undefined ? [] : [revealColumn(onReveal)]),
  ];
  return <Table caption="Stored values" columns={columns} rows={secrets} rowKey={keyOf} />;
}

const nextColumn: Column<Secret> = {
  title: "Next",
  cell: (secret) => <ScheduleMark secret={secret} />,
};

function hasDate({ rotation, tokens }: Secret): boolean {
  return rotation !== undefined || (tokens !== undefined && tokens.state !== "fresh");
}

function revealColumn(onReveal: (secret: Secret) => void): Column<Secret> {
  return {
    title: "Value",
    align: "right",
    cell: (secret) => (
      <Button small aria-label={`Reveal ${secret.name}`} onClick={() => onReveal(secret)}>
        Reveal…
      </Button>
    ),
  };
}

function Name({ secret, selection }: { readonly secret: Secret; readonly selection: Selection | undefined }) {
  const { name, scope, sensitive } = secret;
  const only = placeOf(scope);
  const text = (
    <span className="flex flex-wrap items-baseline gap-x-2 gap-y-0.5">
      <SecretLink name={name} />
      {!sensitive && <Badge tone="plain">setting</Badge>}
      {only !== "" && <span className="text-xs font-normal text-quiet">only {only}</span>}
    </span>
  );
  if (selection === undefined) return text;
  return (
    <span className="flex items-start gap-2.5">
      <input
        type="checkbox"
        aria-label={`Select ${name}${only === "" ? "" : ` of ${only}`}`}
        checked={isSelectable(secret) && selection.has(secret)}
        disabled={!isSelectable(secret)}
        onChange={({ target }) => selection.set([secret], target.checked)}
        className="mt-0.5 size-4 shrink-0 accent-accent disabled:opacity-40"
      />
      {text}
    </span>
  );
}

function Holders({ holders, ungranted }: Secret) {
  if (holders.length === 0 && ungranted.length === 0) return <span className="text-quiet">nobody</span>;
  return (
    <>
      {holders.join(", ")}
      {ungranted.length > 0 && <span className="block text-warn">asked for, not granted: {ungranted.join(", ")}</span>}
    </>
  );
}
