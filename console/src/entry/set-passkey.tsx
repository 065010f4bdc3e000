import type { ReactNode } from "react";
import { useSetUpWithPasskey } from "../api/passkey.ts";
import { PasskeyName } from "../element/passkey-name.tsx";
import { AccountName } from "./account-name.tsx";
import { EntryForm } from "./entry-form.tsx";

interface SetPasskeyProps {
  readonly secret: string;
  readonly onDone: () => void;
  readonly otherwise: ReactNode;
}

export function SetPasskey({ secret, onDone, otherwise }: SetPasskeyProps) {
  const { mutate, isPending, error } = useSetUpWithPasskey();
  return (
    <EntryForm
      title="Make your passkey"
      action="Make a passkey and log in"
      busy={isPending}
      error={error}
      otherwise={otherwise}
      onSubmit={({ name = "", passkeyName = "" }) => mutate({ secret, name, passkeyName }, { onSuccess: onDone })}
    >
      <AccountName />
      <PasskeyName name="passkeyName" defaultValue="This device" />
    </EntryForm>
  );
}
