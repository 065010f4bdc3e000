import { Field } from "../element/field.tsx";

interface RoleFieldProps {
  readonly value: string;
  readonly onChange: (text: string) => void;
}

export function RoleField({ value, onChange }: RoleFieldProps) {
  return (
    <Field
      label="Roles"
      value={value}
      onChange={({ target }) => onChange(target.value)}
      className="font-mono"
      autoCapitalize="none"
      spellCheck={false}
      required
      hint="As in production:operator or *:viewer, one for each environment. Viewers look, operators roll out, admins change settings."
    />
  );
}
