import type { OwnPasskey } from "../api/passkey.ts";
import { Button } from "../element/button.tsx";
import { Ago } from "../element/moment.tsx";
import { Table, type Column } from "../element/table.tsx";

interface PasskeyTableProps {
  readonly passkeys: readonly OwnPasskey[];
  /** there is no other way to log in */
  readonly last: boolean;
  readonly onRemove: (passkey: OwnPasskey) => void;
}

export function PasskeyTable({ passkeys, last, onRemove }: PasskeyTableProps) {
  const columns: readonly Column<OwnPasskey>[] = [
    { title: "Name", cell: ({ name }) => <span className="wrap-anywhere">{name}</span> },
    { title: "Added", cell: ({ createdAt }) => <Ago at={createdAt} /> },
    { title: "Last used", cell: ({ usedAt }) => (usedAt === undefined ? "never" : <Ago at={usedAt} />) },
    {
      title: "Remove",
      align: "right",
      cell: (passkey) =>
        last ? (
          <span className="text-quiet">your only way in</span>
        ) : (
          <Button small aria-label={`Remove ${passkey.name}`} onClick={() => onRemove(passkey)}>
            Remove
          </Button>
        ),
    },
  ];
  return <Table caption="Your passkeys" columns={columns} rows={passkeys} rowKey={({ id }) => id} />;
}
