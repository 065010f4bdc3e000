import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useApi } from "../api/api.ts";
import { findHindrance } from "../api/authenticator.ts";
import { passkeysQuery, useProofByPasskey, type Proof } from "../api/passkey.ts";
import { Button } from "../element/button.tsx";
import { FailureNotice } from "../element/failure-notice.tsx";
import { Field } from "../element/field.tsx";
import { Loaded } from "../element/loaded.tsx";

interface ProveFormProps {
  /** what is done with the proof */
  readonly action: string;
  /** what it does can't be undone */
  readonly danger?: boolean;
  readonly busy: boolean;
  readonly error: Error | null;
  /** the other fields are as they should be */
  readonly ready?: boolean;
  readonly onProof: (proof: Proof) => void;
  /** fields before the proof */
  readonly children?: ReactNode;
}

/** Whoever is logged in shows it once more: by the password or by a passkey, whichever the account has. */
export function ProveForm(props: ProveFormProps) {
  const own = useQuery(passkeysQuery(useApi()));
  return (
    <Loaded query={own} waiting="Asking how you log in…">
      {({ hasPassword, passkeys }) => <Form {...props} hasPassword={hasPassword} hasPasskey={passkeys.length > 0} />}
    </Loaded>
  );
}

interface FormProps extends ProveFormProps {
  readonly hasPassword: boolean;
  readonly hasPasskey: boolean;
}

function Form({
  action,
  danger = false,
  busy,
  error,
  ready = true,
  onProof,
  children,
  hasPassword,
  hasPasskey,
}: FormProps) {
  const [password, setPassword] = useState("");
  const byPasskey = useProofByPasskey();
  const askPasskey = (): void => byPasskey.mutate(undefined, { onSuccess: onProof });
  const failed = byPasskey.error ?? error;
  return (
    <form
      className="grid gap-5"
      onSubmit={(event) => {
        event.preventDefault();
        byPasskey.reset();
        if (hasPassword) onProof({ password });
        else askPasskey();
      }}
    >
      {children}
      {hasPassword && (
        <Field
          label="Your password"
          type="password"
          autoComplete="current-password"
          value={password}
          onChange={({ target }) => setPassword(target.value)}
          maxLength={1000}
          required
          hint="Asked for again: an open session alone does not do for this."
        />
      )}
      {failed !== null && <FailureNotice error={failed} />}
      <div className="flex flex-wrap gap-2">
        <Button kind={danger ? "danger" : "primary"} type="submit" busy={busy || byPasskey.isPending} disabled={!ready}>
          {action}
        </Button>
        {hasPassword && hasPasskey && findHindrance() === undefined && (
          <Button busy={busy || byPasskey.isPending} disabled={!ready} onClick={askPasskey}>
            {action} with a passkey
          </Button>
        )}
      </div>
    </form>
  );
}
