import type { ListedRotation } from "../api/rotation.ts";
import { Badge } from "../element/badge.tsx";
import { Ago, Span } from "../element/moment.tsx";
import { Table, type Column } from "../element/table.tsx";
import { placeOf } from "../secret/selection.ts";
import { RotationLink } from "./rotation-link.tsx";
import { issuedEntry, rotationStates } from "./words.ts";

const columns: readonly Column<ListedRotation>[] = [
  {
    title: "Secret",
    cell: ({ id, name, companion, scope }) => (
      <span className="flex flex-wrap items-baseline gap-x-2">
        <RotationLink id={id}>
          <span className="font-mono text-sm wrap-anywhere">
            {name}
            {companion !== undefined && `, ${companion.name}`}
          </span>
        </RotationLink>
        {placeOf(scope) !== "" && <span className="text-xs text-quiet">only {placeOf(scope)}</span>}
      </span>
    ),
  },
  {
    title: "State",
    cell: ({ state, issuance }) => (
      <span className="flex flex-wrap gap-1">
        <Badge tone={rotationStates[state].tone}>{rotationStates[state].word}</Badge>
        {issuance !== undefined && issuance.state !== "issued" && <Badge tone="warn">waits outside</Badge>}
      </span>
    ),
  },
  { title: "Step", cell: ({ step, steps }) => (steps.length === 0 ? "–" : `${step} of ${steps.length}`) },
  { title: "Made at", cell: (rotation) => issuedEntry(rotation)?.subject ?? "–" },
  { title: "Begun", cell: ({ startedAt }) => <Ago at={startedAt} /> },
  { title: "Took", align: "right", cell: ({ startedAt, endedAt }) => <Span from={startedAt} to={endedAt} /> },
  { title: "By", cell: ({ actor }) => actor },
];

export function RotationTable({ rotations }: { readonly rotations: readonly ListedRotation[] }) {
  return <Table caption="Rotations" columns={columns} rows={rotations} rowKey={({ id }) => id} />;
}
