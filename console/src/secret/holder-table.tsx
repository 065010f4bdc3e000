import type { Schemas } from "../api/schema.ts";
import { Table, type Column } from "../element/table.tsx";

type Holder = Schemas["Holders"]["holders"][number];
type StatusRow = Schemas["Status"]["rows"][number];

interface HolderRow extends Holder {
  readonly instance: string;
  /** what the running process carries; undefined while hosts are asked */
  readonly release: string | undefined;
  readonly isOpen: boolean;
}

const columns: readonly Column<HolderRow>[] = [
  { title: "Service", cell: ({ service, host, instance }) => `${service}@${host} ${instance}`.trim() },
  { title: "Runs", cell: (row) => <Runs {...row} /> },
  { title: "Would get", cell: (row) => wouldGet(row) },
  { title: "Where", cell: ({ place }) => <span className="wrap-anywhere">{place}</span> },
];

interface HolderTableProps {
  readonly holders: readonly Holder[];
  readonly rows: readonly StatusRow[] | undefined;
  /** a rotation of it is open: each gets what its step gives it */
  readonly isOpen: boolean;
}

/** Every instance that holds it: the version that it runs with, by the release that its process carries, and the one it would get. */
export function HolderTable({ holders, rows, isOpen }: HolderTableProps) {
  const all = holders.flatMap((holder): readonly HolderRow[] => {
    const own = rows?.filter(({ service, host }) => service === holder.service && host === holder.host) ?? [];
    if (own.length === 0) return [{ ...holder, isOpen, instance: "", release: undefined }];
    return own.map(({ instance, release }) => ({ ...holder, isOpen, instance, release }));
  });
  return (
    <Table
      caption="Who holds it"
      columns={columns}
      rows={all}
      rowKey={({ service, host, instance }) => `${service}@${host} ${instance}`}
    />
  );
}

function wouldGet({ isOpen, version }: HolderRow): string {
  if (isOpen) return "what its step gives";
  return version === undefined ? "nothing" : `v${version}`;
}

function Runs({ granted, delivered, release }: HolderRow) {
  if (!granted && delivered === undefined) return <span className="text-warn">asks for it, not granted</span>;
  if (release === undefined) return <span className="text-quiet">…</span>;
  if (delivered === undefined || release !== `r${delivered.release}`) {
    return <span className="text-quiet">{/^r\d+$/.test(release) ? `${release}, not proved yet` : release}</span>;
  }
  const { version, beside } = delivered;
  const second = beside === undefined ? "" : `, takes v${beside.version} as well`;
  return (
    <>
      {version === undefined ? delivered.origin : `v${version}${second}`} <span className="text-quiet">{release}</span>
    </>
  );
}
