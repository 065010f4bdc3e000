import { useState } from "react";
import { useChange } from "../api/account.ts";
import { Button } from "../element/button.tsx";
import { Drawer } from "../element/drawer.tsx";
import { FailureNotice } from "../element/failure-notice.tsx";
import { Field } from "../element/field.tsx";
import { Once } from "./once.tsx";
import { setupLink } from "./setup-link.ts";
import { RoleField } from "./role-field.tsx";
import { readRoles } from "./role-text.ts";

export function NewAccount({ onClose }: { readonly onClose: () => void }) {
  const [name, setName] = useState("");
  const [roles, setRoles] = useState("");
  const add = useChange((api, body: { readonly name: string; readonly roles: readonly string[] }) =>
    api.ask("POST /v1/accounts", { body }),
  );
  return (
    <Drawer title="Add an account" about="Its holder sets a password or a passkey by a link." onClose={onClose}>
      {add.data === undefined ? (
        <form
          className="grid gap-5"
          onSubmit={(event) => {
            event.preventDefault();
            add.mutate({ name, roles: readRoles(roles) });
          }}
        >
          <Field
            label="Account name"
            value={name}
            onChange={({ target }) => setName(target.value)}
            maxLength={63}
            autoCapitalize="none"
            spellCheck={false}
            autoComplete="off"
            required
          />
          <RoleField value={roles} onChange={setRoles} />
          {add.error !== null && <FailureNotice error={add.error} />}
          <div>
            <Button kind="primary" type="submit" busy={add.isPending}>
              Add and show the link
            </Button>
          </div>
        </form>
      ) : (
        <Once title={`The link for ${name}`} text={setupLink(add.data.secret)} expiresAt={add.data.expiresAt} />
      )}
    </Drawer>
  );
}
