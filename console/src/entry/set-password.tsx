import { useState, type ReactNode } from "react";
import { useSetUp } from "../api/session.ts";
import { Field } from "../element/field.tsx";
import { AccountName } from "./account-name.tsx";
import { EntryForm } from "./entry-form.tsx";

interface SetPasswordProps {
  readonly secret: string;
  readonly onDone: () => void;
  readonly otherwise: ReactNode;
}

export function SetPassword({ secret, onDone, otherwise }: SetPasswordProps) {
  const { mutate, isPending, error } = useSetUp();
  const [differ, setDiffer] = useState(false);
  return (
    <EntryForm
      title="Choose your password"
      action="Set password and log in"
      busy={isPending}
      error={error}
      otherwise={otherwise}
      onSubmit={({ name = "", password = "", again = "" }) => {
        setDiffer(password !== again);
        if (password === again) mutate({ secret, name, password }, { onSuccess: onDone });
      }}
    >
      <AccountName />
      <Field
        label="Password"
        name="password"
        type="password"
        autoComplete="new-password"
        minLength={12}
        maxLength={256}
        required
        hint="At least 12 characters; a few words that nobody would put together."
      />
      <Field
        label="The same password again"
        name="again"
        type="password"
        autoComplete="new-password"
        required
        problem={differ ? "the two passwords differ" : undefined}
      />
    </EntryForm>
  );
}
