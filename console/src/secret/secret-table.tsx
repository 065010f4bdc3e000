import type { Schemas } from "../api/schema.ts";
import { Badge } from "../element/badge.tsx";
import { Button } from "../element/button.tsx";
import { Ago } from "../element/moment.tsx";
import { Table, type Column } from "../element/table.tsx";

export type Secret = Schemas["Secrets"]["secrets"][number];

const columns: readonly Column<Secret>[] = [
  { title: "Name", cell: (secret) => <Name {...secret} /> },
  { title: "Age", cell: ({ createdAt }) => <Ago at={createdAt} /> },
  { title: "Version", align: "right", cell: ({ version }) => version },
  { title: "Fingerprint", cell: ({ fingerprint }) => <code className="font-mono text-xs">{fingerprint}</code> },
  { title: "Holders", cell: (secret) => <Holders {...secret} /> },
  { title: "Set by", cell: ({ actor }) => actor },
];

interface SecretTableProps {
  readonly secrets: readonly Secret[];
  /** for who may ask for a value */
  readonly onReveal?: ((secret: Secret) => void) | undefined;
}

export function SecretTable({ secrets, onReveal }: SecretTableProps) {
  const more = onReveal === undefined ? [] : [revealColumn(onReveal)];
  return <Table caption="Stored values" columns={[...columns, ...more]} rows={secrets} rowKey={keyOf} />;
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

function keyOf({ name, scope }: Secret): string {
  return `${name} ${scope.service ?? ""} ${scope.host ?? ""}`;
}

function Name({ name, scope, sensitive }: Secret) {
  const only = [scope.service, scope.host].filter((part) => part !== undefined).join("@");
  return (
    <span className="flex flex-wrap items-baseline gap-x-2 gap-y-0.5">
      <span className="font-mono text-sm">{name}</span>
      {!sensitive && <Badge tone="plain">setting</Badge>}
      {only !== "" && <span className="text-xs font-normal text-quiet">only {only}</span>}
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
