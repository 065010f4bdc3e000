import type { ComponentProps } from "react";
import { Field } from "./field.tsx";

/** What tells one passkey from another in the list. */
export function PasskeyName(input: Omit<ComponentProps<typeof Field>, "label" | "hint">) {
  return (
    <Field
      label="Name of the passkey"
      hint="So that you know it again: a device, or where the key is kept."
      maxLength={60}
      autoComplete="off"
      required
      {...input}
    />
  );
}
