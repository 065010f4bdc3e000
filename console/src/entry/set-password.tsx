import { useState } from "react";
import { useSetUp } from "../api/session.ts";
import { Field } from "../element/field.tsx";
import { EntryForm } from "./entry-form.tsx";

interface SetPasswordProps {
  readonly secret: string;
  readonly onDone: () => void;
}

/** What a one-time link leads to. */
export function SetPassword({ secret, onDone }: SetPasswordProps) {
  const { mutate, isPending, error } = useSetUp();
  const [differ, setDiffer] = useState(false);
  return (
    <EntryForm
      title="Choose your password"
      action="Set password and log in"
      busy={isPending}
      error={error}
      onSubmit={({ name = "", password = "", again = "" }) => {
        setDiffer(password !== again);
        if (password === again) mutate({ secret, name, password }, { onSuccess: onDone });
      }}
    >
      <Field
        label="Account name"
        name="name"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={63}
        required
        autoFocus
      />
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
