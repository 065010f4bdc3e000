import { useLogIn } from "../api/session.ts";
import { Field } from "../element/field.tsx";
import { EntryForm } from "./entry-form.tsx";

export function LogIn() {
  const { mutate, isPending, error } = useLogIn();
  return (
    <EntryForm
      title="Log in"
      action="Log in"
      busy={isPending}
      error={error}
      onSubmit={({ name = "", password = "" }) => mutate({ name, password })}
    >
      <Field
        label="Account name"
        name="name"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={200}
        required
        autoFocus
      />
      <Field
        label="Password"
        name="password"
        type="password"
        autoComplete="current-password"
        maxLength={1000}
        required
      />
    </EntryForm>
  );
}
