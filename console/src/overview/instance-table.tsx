import { Badge } from "../element/badge.tsx";
import { Ago } from "../element/moment.tsx";
import { Table, type Column } from "../element/table.tsx";
import { healthOf, stateTone } from "./health.ts";
import type { Drifted, Row } from "./row.ts";

interface InstanceTableProps {
  readonly rows: readonly Row[];
  readonly drift: readonly Drifted[];
}

export function InstanceTable({ rows, drift }: InstanceTableProps) {
  const counts = new Map(
    Object.entries(Object.groupBy(drift, ({ target }) => target)).map(([target, found = []]) => [target, found.length]),
  );
  const columns: readonly Column<Row>[] = [
    { title: "Service", cell: ({ service }) => service },
    { title: "Host", cell: ({ host }) => host },
    {
      title: "Instance",
      cell: ({ instance }) => <code className="font-mono text-xs">{instance === "" ? "–" : instance}</code>,
    },
    { title: "State", cell: ({ state }) => <Badge tone={stateTone(state)}>{state}</Badge> },
    { title: "Health", cell: (row) => <Health row={row} /> },
    { title: "Release", cell: ({ release }) => release },
    { title: "Since", cell: ({ startedAt }) => (startedAt === undefined ? "–" : <Ago at={startedAt} />) },
    {
      title: "Drift",
      align: "right",
      cell: ({ service, host }) => <DriftCount count={counts.get(`${service}@${host}`) ?? 0} />,
    },
  ];
  const rowKey = ({ service, host, instance }: Row): string => `${service}@${host}/${instance}`;
  return <Table caption="Every instance" columns={columns} rows={rows} rowKey={rowKey} />;
}

function Health({ row }: { readonly row: Row }) {
  const { tone, word } = healthOf(row);
  return (
    <>
      <Badge tone={tone}>{word}</Badge>
      {row.health.kind === "unhealthy" && <span className="mt-1 block text-xs text-quiet">{row.health.detail}</span>}
    </>
  );
}

function DriftCount({ count }: { readonly count: number }) {
  if (count === 0) return <span className="text-quiet">none</span>;
  return (
    <a href="#drift" className="font-medium text-warn underline underline-offset-2">
      {count}
    </a>
  );
}
