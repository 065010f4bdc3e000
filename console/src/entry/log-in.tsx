import { useLogInWithPasskey } from "../api/passkey.ts";
import { useLogIn } from "../api/session.ts";
import { Button } from "../element/button.tsx";
import { Field } from "../element/field.tsx";
import { EntryForm } from "./entry-form.tsx";
import { Otherwise } from "./otherwise.tsx";

export function LogIn() {
  const { mutate, isPending, error, reset } = useLogIn();
  const byPasskey = useLogInWithPasskey();
  return (
    <EntryForm
      title="Log in"
      action="Log in"
      busy={isPending}
      error={error ?? byPasskey.error}
      onSubmit={({ name = "", password = "" }) => {
        byPasskey.reset();
        mutate({ name, password });
      }}
      otherwise={
        <Otherwise passkey>
          <Button
            busy={byPasskey.isPending}
            onClick={() => {
              reset();
              byPasskey.mutate();
            }}
          >
            Log in with a passkey
          </Button>
        </Otherwise>
      }
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
