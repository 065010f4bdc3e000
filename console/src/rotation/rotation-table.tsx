import type { ListedRotation } from "../api/rotation.ts";
import { Badge } from "../element/badge.tsx";
import { Ago, Span } from "../element/moment.tsx";
import { Table, type Column } from "../element/table.tsx";
import { RotationLink } from "./rotation-link.tsx";
import { rotationStates } from "./words.ts";

const columns: readonly Column<ListedRotation>[] = [
  {
    title: "Secret",
    cell: ({ id, name }) => (
      <RotationLink id={id}>
        <span className="font-mono text-sm wrap-anywhere">{name}</span>
      </RotationLink>
    ),
  },
  {
    title: "State",
    cell: ({ state }) => <Badge tone={rotationStates[state].tone}>{rotationStates[state].word}</Badge>,
  },
  { title: "Step", cell: ({ step, steps }) => `${step} of ${steps.length}` },
  { title: "Begun", cell: ({ startedAt }) => <Ago at={startedAt} /> },
  { title: "Took", align: "right", cell: ({ startedAt, endedAt }) => <Span from={startedAt} to={endedAt} /> },
  { title: "By", cell: ({ actor }) => actor },
];

export function RotationTable({ rotations }: { readonly rotations: readonly ListedRotation[] }) {
  return <Table caption="Rotations" columns={columns} rows={rotations} rowKey={({ id }) => id} />;
}
