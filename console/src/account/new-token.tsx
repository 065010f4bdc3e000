import { useState } from "react";
import { useChange } from "../api/account.ts";
import type { Schemas } from "../api/schema.ts";
import { Button } from "../element/button.tsx";
import { Drawer } from "../element/drawer.tsx";
import { FailureNotice } from "../element/failure-notice.tsx";
import { Field } from "../element/field.tsx";
import { Once } from "./once.tsx";
import { RoleField } from "./role-field.tsx";
import { readRoles } from "./role-text.ts";

export function NewToken({ onClose }: { readonly onClose: () => void }) {
  const [name, setName] = useState("");
  const [roles, setRoles] = useState("");
  const [days, setDays] = useState("90");
  const create = useChange((api, body: Schemas["NewToken"]) => api.ask("POST /v1/tokens", { body }));
  return (
    <Drawer
      title="Make a token"
      about="For a program: sent as Authorization: Bearer with each request."
      onClose={onClose}
    >
      {create.data === undefined ? (
        <form
          className="grid gap-5"
          onSubmit={(event) => {
            event.preventDefault();
            create.mutate({ name, roles: readRoles(roles), days: Number(days) });
          }}
        >
          <Field
            label="Name"
            value={name}
            onChange={({ target }) => setName(target.value)}
            maxLength={63}
            autoCapitalize="none"
            spellCheck={false}
            autoComplete="off"
            required
          />
          <RoleField value={roles} onChange={setRoles} />
          <Field
            label="Days"
            type="number"
            min={1}
            max={365}
            value={days}
            onChange={({ target }) => setDays(target.value)}
            required
          />
          {create.error !== null && <FailureNotice error={create.error} />}
          <div>
            <Button kind="primary" type="submit" busy={create.isPending}>
              Make and show it
            </Button>
          </div>
        </form>
      ) : (
        <Once title={`The token ${name}`} text={create.data.secret} expiresAt={create.data.expiresAt} />
      )}
    </Drawer>
  );
}
