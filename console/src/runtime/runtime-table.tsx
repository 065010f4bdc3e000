import type { Schemas } from "../api/schema.ts";
import { Badge } from "../element/badge.tsx";
import { Button } from "../element/button.tsx";
import { Ago } from "../element/moment.tsx";
import { Table, type Column } from "../element/table.tsx";

type Runtime = Schemas["Runtimes"]["runtimes"][number];

interface RuntimeTableProps {
  readonly runtimes: readonly Runtime[];
  /** absent where the viewer may not */
  readonly onRestart?: (runtime: Runtime) => void;
  readonly busy: boolean;
}

export function RuntimeTable({ runtimes, onRestart, busy }: RuntimeTableProps) {
  const columns: readonly Column<Runtime>[] = [
    { title: "User", cell: ({ user }) => user },
    { title: "Service", cell: ({ service }) => service },
    { title: "Host", cell: ({ host }) => host },
    { title: "State", cell: ({ state }) => <Badge tone={state === "active" ? "good" : "warn"}>{state}</Badge> },
    { title: "Release", cell: ({ release }) => release ?? "–" },
    { title: "Made", cell: ({ createdAt }) => <Ago at={createdAt} /> },
  ];
  const restart: Column<Runtime> = {
    title: "Restart",
    align: "right",
    cell: (runtime) => (
      <Button small disabled={busy} aria-label={`Restart ${runtime.user}`} onClick={() => onRestart?.(runtime)}>
        Restart
      </Button>
    ),
  };
  return (
    <Table
      caption="Runtimes"
      columns={onRestart === undefined ? columns : [...columns, restart]}
      rows={runtimes}
      rowKey={({ target }) => target}
    />
  );
}
