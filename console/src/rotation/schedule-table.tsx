import type { Secret } from "../api/secret.ts";
import { Ago } from "../element/moment.tsx";
import { Table, type Column } from "../element/table.tsx";
import { keyOf, placeOf } from "../secret/selection.ts";
import { SecretLink } from "../secret/secret-link.tsx";
import { ScheduleMark } from "./schedule-mark.tsx";

const columns: readonly Column<Secret>[] = [
  {
    title: "Secret",
    cell: ({ name, scope }) => (
      <span className="flex flex-wrap items-baseline gap-x-2">
        <SecretLink name={name} />
        {placeOf(scope) !== "" && <span className="text-xs font-normal text-quiet">only {placeOf(scope)}</span>}
      </span>
    ),
  },
  { title: "Next", cell: (secret) => <ScheduleMark secret={secret} /> },
  { title: "Age", cell: ({ createdAt }) => <Ago at={createdAt} /> },
  { title: "By", cell: ({ rotation }) => (rotation?.by === "person" ? "a person" : "keyturn serve") },
];

/** What the manifest schedules, the first that is due first. */
export function ScheduleTable({ secrets }: { readonly secrets: readonly Secret[] }) {
  const rows = secrets.toSorted((a, b) => (a.rotation?.due ?? 0) - (b.rotation?.due ?? 0));
  return <Table caption="By the calendar" columns={columns} rows={rows} rowKey={keyOf} />;
}
