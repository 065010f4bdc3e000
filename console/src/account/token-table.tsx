import { useChange, type ServiceToken } from "../api/account.ts";
import { Badge } from "../element/badge.tsx";
import { Confirm } from "../element/confirm.tsx";
import { FailureNotice } from "../element/failure-notice.tsx";
import { Ago } from "../element/moment.tsx";
import { Table, type Column } from "../element/table.tsx";
import { momentText } from "../element/time-text.ts";
import { roleText } from "./role-text.ts";

export function TokenTable({ tokens }: { readonly tokens: readonly ServiceToken[] }) {
  const revoke = useChange((api, name: string) => api.ask("DELETE /v1/tokens/{name}", { params: { name } }));
  const columns: readonly Column<ServiceToken>[] = [
    { title: "Name", cell: ({ name }) => name },
    { title: "Roles", cell: ({ roles }) => <code className="font-mono text-xs">{roleText(roles)}</code> },
    { title: "State", cell: ({ state }) => <Badge tone={state === "live" ? "good" : "plain"}>{state}</Badge> },
    { title: "Until", cell: ({ expiresAt }) => momentText(expiresAt) },
    { title: "Used", cell: ({ usedAt }) => (usedAt === undefined ? "never" : <Ago at={usedAt} />) },
    { title: "By", cell: ({ actor }) => actor },
    {
      title: "Revoke",
      align: "right",
      cell: ({ name, state }) =>
        state === "live" && (
          <Confirm
            trigger="Revoke"
            small
            label={`Revoke ${name}`}
            title={`Revoke the token ${name}?`}
            action="Revoke it"
            onConfirm={() => revoke.mutate(name)}
          >
            From now on it opens nothing. What uses it fails until it has another.
          </Confirm>
        ),
    },
  ];
  return (
    <>
      {revoke.error !== null && <FailureNotice error={revoke.error} />}
      <Table caption="Service tokens" columns={columns} rows={tokens} rowKey={({ id }) => id} />
    </>
  );
}
