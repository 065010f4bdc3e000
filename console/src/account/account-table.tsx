import type { Account } from "../api/account.ts";
import { Badge } from "../element/badge.tsx";
import { Button } from "../element/button.tsx";
import { Ago } from "../element/moment.tsx";
import { Table, type Column } from "../element/table.tsx";
import { roleText } from "./role-text.ts";

interface AccountTableProps {
  readonly accounts: readonly Account[];
  readonly onChange: (account: Account) => void;
}

export function AccountTable({ accounts, onChange }: AccountTableProps) {
  const columns: readonly Column<Account>[] = [
    { title: "Name", cell: ({ name }) => name },
    { title: "Roles", cell: ({ roles }) => <code className="font-mono text-xs">{roleText(roles)}</code> },
    { title: "State", cell: (account) => <State {...account} /> },
    { title: "Logs in with", cell: (account) => waysText(account) },
    { title: "Made", cell: ({ createdAt }) => <Ago at={createdAt} /> },
    { title: "By", cell: ({ actor }) => actor },
    {
      title: "Change",
      align: "right",
      cell: (account) =>
        account.disabledAt === undefined && (
          <Button small aria-label={`Change ${account.name}`} onClick={() => onChange(account)}>
            Change
          </Button>
        ),
    },
  ];
  return <Table caption="Accounts" columns={columns} rows={accounts} rowKey={({ id }) => id} />;
}

/** `password, 2 passkeys` */
function waysText({ hasPassword, passkeys }: Account): string {
  const keys = passkeys === 1 ? "1 passkey" : `${passkeys} passkeys`;
  return [...(hasPassword ? ["password"] : []), ...(passkeys === 0 ? [] : [keys])].join(", ") || "–";
}

function State({ hasPassword, passkeys, disabledAt }: Account) {
  if (disabledAt !== undefined) return <Badge tone="plain">disabled</Badge>;
  return hasPassword || passkeys > 0 ? <Badge tone="good">active</Badge> : <Badge tone="warn">link not used yet</Badge>;
}
