import { Field } from "../element/field.tsx";

/** Of the account that a link is for, or of the first one. */
export function AccountName() {
  return (
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
  );
}
