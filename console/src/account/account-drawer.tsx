import { useState } from "react";
import { useChange, type Account } from "../api/account.ts";
import { Button } from "../element/button.tsx";
import { Confirm } from "../element/confirm.tsx";
import { Drawer } from "../element/drawer.tsx";
import { FailureNotice } from "../element/failure-notice.tsx";
import { Once } from "./once.tsx";
import { RoleField } from "./role-field.tsx";
import { readRoles, roleText } from "./role-text.ts";
import { setupLink } from "./setup-link.ts";

interface AccountDrawerProps {
  readonly account: Account;
  readonly onClose: () => void;
}

export function AccountDrawer({ account: { name, roles }, onClose }: AccountDrawerProps) {
  const [text, setText] = useState(roleText(roles));
  const params = { name };
  const change = useChange((api, list: readonly string[]) =>
    api.ask("PUT /v1/accounts/{name}/roles", { params, body: { roles: list } }),
  );
  const link = useChange((api) => api.ask("POST /v1/accounts/{name}/link", { params }));
  const disable = useChange((api) => api.ask("POST /v1/accounts/{name}/disable", { params }));
  const error = change.error ?? link.error ?? disable.error;
  return (
    <Drawer title={name} about="Its roles hold from the next request on." onClose={onClose}>
      <form
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate(readRoles(text), { onSuccess: onClose });
        }}
      >
        <RoleField value={text} onChange={setText} />
        <div>
          <Button kind="primary" type="submit" busy={change.isPending}>
            Save roles
          </Button>
        </div>
      </form>
      {error !== null && <FailureNotice error={error} />}
      {link.data !== undefined && (
        <Once title={`A link for ${name}`} text={setupLink(link.data.secret)} expiresAt={link.data.expiresAt} />
      )}
      <p className="text-sm text-quiet">
        A link is for who lost a password or a passkey. Once it is used, the account has what is chosen then, and
        nothing else: its former password, passkeys and sessions end.
      </p>
      <div className="flex flex-wrap gap-2 border-t border-line pt-5">
        <Button busy={link.isPending} onClick={() => link.mutate(undefined)}>
          Make a link to log in anew
        </Button>
        <Confirm
          trigger="Disable…"
          title={`Disable ${name}?`}
          action="Disable for good"
          onConfirm={() => disable.mutate(undefined, { onSuccess: onClose })}
        >
          Its sessions end at once, and it never logs in again. Its entries in the audit stay.
        </Confirm>
      </div>
    </Drawer>
  );
}
