import type { Rotation } from "../api/rotation.ts";
import { Table, type Column } from "../element/table.tsx";

interface Row {
  readonly name: string;
  readonly probed: boolean;
  /** what calls showed last */
  readonly called: readonly string[];
  readonly quiet: string | undefined;
  readonly steps: readonly number[];
}

const columns: readonly Column<Row>[] = [
  { title: "Instance", cell: ({ name }) => name },
  { title: "Changes in step", cell: ({ steps }) => steps.join(", ") },
  { title: "Shown by a call", cell: (row) => <Called {...row} /> },
  { title: "Old value", cell: ({ quiet }) => quiet ?? <span className="text-quiet">–</span> },
];

/** What shows that each instance has what its step gives it. */
export function InstanceProof({ rotation }: { readonly rotation: Rotation }) {
  const { instances, steps, entries } = rotation;
  const rows = instances.map(({ name, service, probed }): Row => {
    const own = entries.filter(({ subject }) => subject === name);
    const last = own.findLast(({ kind }) => kind === "called")?.step;
    const called = own.filter(({ kind, step }) => kind === "called" && step === last).map(({ detail }) => detail);
    return {
      name,
      probed,
      called: [...new Set(called)],
      quiet: own.findLast(({ kind }) => kind === "quiet" || kind === "seen")?.detail,
      steps: steps.flatMap(({ services }, index) => (services.includes(service) ? [index + 1] : [])),
    };
  });
  return <Table caption="Proof, instance by instance" columns={columns} rows={rows} rowKey={({ name }) => name} />;
}

function Called({ probed, called }: Row) {
  if (called.length > 0) return called.join(", ");
  return <span className="text-quiet">{probed ? "not called yet" : "its process and its health checks"}</span>;
}
