import { Badge } from "../element/badge.tsx";
import { Ago } from "../element/moment.tsx";
import { Table, type Column } from "../element/table.tsx";
import type { Compared } from "./compare.ts";

interface ComparisonTableProps {
  readonly environments: readonly string[];
  readonly rows: readonly Compared[];
}

export function ComparisonTable({ environments, rows }: ComparisonTableProps) {
  const columns: readonly Column<Compared>[] = [
    { title: "Name", cell: ({ name }) => <span className="font-mono text-sm">{name}</span> },
    ...environments.map((environment) => ({
      title: environment,
      cell: ({ held }: Compared) => <Held secret={held.get(environment)} />,
    })),
  ];
  return <Table caption="Environments side by side" columns={columns} rows={rows} rowKey={({ name }) => name} />;
}

interface HeldProps {
  readonly secret: { readonly version: number; readonly createdAt: number } | undefined;
}

function Held({ secret }: HeldProps) {
  if (secret === undefined) return <Badge tone="warn">lacks it</Badge>;
  return (
    <>
      v{secret.version}, <Ago at={secret.createdAt} />
    </>
  );
}
