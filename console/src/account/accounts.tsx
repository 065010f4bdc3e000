import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { accountsQuery, tokensQuery, type Account } from "../api/account.ts";
import { useApi } from "../api/api.ts";
import { Button } from "../element/button.tsx";
import { Empty } from "../element/empty.tsx";
import { Loaded } from "../element/loaded.tsx";
import { Page } from "../element/page.tsx";
import { Section } from "../element/section.tsx";
import { AccountDrawer } from "./account-drawer.tsx";
import { AccountTable } from "./account-table.tsx";
import { NewAccount } from "./new-account.tsx";
import { NewToken } from "./new-token.tsx";
import { TokenTable } from "./token-table.tsx";

type Opened =
  | { readonly kind: "new-account" }
  | { readonly kind: "new-token" }
  | { readonly kind: "account"; readonly account: Account };

/** Of every environment, for those who are admin everywhere. */
export function Accounts() {
  const api = useApi();
  const accounts = useQuery(accountsQuery(api));
  const tokens = useQuery(tokensQuery(api));
  const [opened, setOpened] = useState<Opened>();
  const close = (): void => setOpened(undefined);
  return (
    <Page
      title="Accounts"
      about="People log in with a password or a passkey, programs call with a service token; a role holds in one environment, or in all (*)."
      actions={
        <>
          <Button onClick={() => setOpened({ kind: "new-account" })}>Add an account</Button>
          <Button onClick={() => setOpened({ kind: "new-token" })}>Make a token</Button>
        </>
      }
    >
      <Loaded query={accounts} waiting="Reading the accounts…">
        {(list) => (
          <AccountTable accounts={list.accounts} onChange={(account) => setOpened({ kind: "account", account })} />
        )}
      </Loaded>
      <Section title="Service tokens">
        <Loaded query={tokens} waiting="Reading the tokens…">
          {(list) =>
            list.tokens.length === 0 ? (
              <Empty title="No program has a token" command="keyturn token create ci --role production:viewer">
                A token is for CI and the like: roles of its own, an end, and no password.
              </Empty>
            ) : (
              <TokenTable tokens={list.tokens} />
            )
          }
        </Loaded>
      </Section>
      {opened?.kind === "new-account" && <NewAccount onClose={close} />}
      {opened?.kind === "new-token" && <NewToken onClose={close} />}
      {opened?.kind === "account" && <AccountDrawer account={opened.account} onClose={close} />}
    </Page>
  );
}
