import type { Schemas } from "../api/schema.ts";
import { Badge } from "../element/badge.tsx";
import { Ago } from "../element/moment.tsx";
import { Table, type Column } from "../element/table.tsx";
import type { Tone } from "../element/tone.ts";
import { placeOf } from "./selection.ts";

type Version = Schemas["ValueHistory"]["versions"][number];

const tones: Readonly<Record<Version["state"], Tone>> = { live: "plain", retired: "plain", compromised: "bad" };

const columns: readonly Column<Version>[] = [
  { title: "Version", cell: ({ number, scope }) => `v${number} ${placeOf(scope)}`.trim() },
  {
    title: "State",
    cell: ({ state, present }) => <Badge tone={present ? "good" : tones[state]}>{present ? "present" : state}</Badge>,
  },
  { title: "Age", cell: ({ createdAt }) => <Ago at={createdAt} /> },
  { title: "Fingerprint", cell: ({ fingerprint }) => <code className="font-mono text-xs">{fingerprint}</code> },
  { title: "Origin", cell: ({ origin }) => origin },
  { title: "Set by", cell: ({ actor }) => actor },
];

export function VersionTable({ versions }: { readonly versions: readonly Version[] }) {
  return <Table caption="Versions" columns={columns} rows={versions} rowKey={({ id }) => String(id)} />;
}
