import type { Schemas } from "../api/schema.ts";
import { Table, type Column } from "../element/table.tsx";
import { momentText } from "../element/time-text.ts";
import { detailText } from "./detail.ts";

type Entry = Schemas["Audit"]["entries"][number];

const columns: readonly Column<Entry>[] = [
  { title: "Action", cell: ({ action }) => <code className="font-mono text-sm font-medium">{action}</code> },
  { title: "Subject", cell: ({ subject }) => subject },
  { title: "By", cell: ({ actor }) => actor.name },
  {
    title: "When",
    cell: ({ at }) => (
      <time dateTime={new Date(at).toISOString()} className="whitespace-nowrap">
        {momentText(at)}
      </time>
    ),
  },
  { title: "Detail", cell: ({ detail }) => <span className="text-quiet wrap-anywhere">{detailText(detail)}</span> },
  { title: "Entry", align: "right", cell: ({ seq }) => seq },
];

export function AuditTable({ entries }: { readonly entries: readonly Entry[] }) {
  return <Table caption="Audit log" columns={columns} rows={entries} rowKey={({ seq }) => String(seq)} />;
}
