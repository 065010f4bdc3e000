import type { Schemas } from "../api/schema.ts";
import { Badge } from "../element/badge.tsx";
import { Ago, Span } from "../element/moment.tsx";
import { Table, type Column } from "../element/table.tsx";
import { RolloutLink } from "./rollout-link.tsx";
import { rolloutTone } from "./rollout-tone.ts";

type Rollout = Schemas["Rollouts"]["rollouts"][number];

const columns: readonly Column<Rollout>[] = [
  { title: "Release", cell: ({ id, release }) => <RolloutLink id={id}>r{release}</RolloutLink> },
  { title: "State", cell: ({ state }) => <Badge tone={rolloutTone(state)}>{state}</Badge> },
  { title: "Kind", cell: ({ kind }) => kind },
  { title: "Begun", cell: ({ startedAt }) => <Ago at={startedAt} /> },
  { title: "Took", align: "right", cell: ({ startedAt, endedAt }) => <Span from={startedAt} to={endedAt} /> },
  { title: "By", cell: ({ actor }) => actor },
  { title: "Rollout", cell: ({ id }) => <code className="font-mono text-xs">{id}</code> },
];

export function RolloutTable({ rollouts }: { readonly rollouts: readonly Rollout[] }) {
  return <Table caption="Rollouts" columns={columns} rows={rollouts} rowKey={({ id }) => id} />;
}
