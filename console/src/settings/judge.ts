import type { Schemas } from "../api/schema.ts";

type AllRules = Schemas["SettingRules"];
type Field = Schemas["Settings"]["providers"][number]["fields"][number];
type OwnRules = AllRules["providers"][number]["fields"][number];

/** How one field is judged: the server's own patterns and words. */
export interface FieldRules {
  readonly rules: readonly OwnRules["rules"][number][];
  readonly habits: OwnRules["habits"];
}

export interface Judged {
  /** why it would be refused */
  readonly problem?: string;
  /** what will be done to it, and what is unusual about it */
  readonly notices: readonly string[];
  /** it has the form that such values have */
  readonly usual: boolean;
}

export function rulesFor({ first, last, providers }: AllRules, provider: string, id: string): FieldRules {
  const own = providers.find((one) => one.provider === provider)?.fields.find((field) => field.id === id);
  return { rules: [...first, ...(own?.rules ?? []), ...last], habits: own?.habits ?? [] };
}

/** As the server does when it is sent; here while it is typed, so that a wrong one is sent nowhere. */
export function judge(
  raw: string,
  { label, optional }: Pick<Field, "label" | "optional">,
  { rules, habits }: FieldRules,
): Judged {
  const text = withoutWrapping(raw);
  if (raw.trim() === "")
    return { notices: [], usual: false, ...(optional ? {} : { problem: `the ${label} is empty` }) };
  const refusal = rules.find((rule) => has(text, rule))?.refusal;
  if (refusal !== undefined) return { problem: `this looks like ${refusal}`, notices: [], usual: false };
  const unusual = habits.filter((habit) => !has(text, habit)).map(({ notice }) => notice);
  return {
    notices: [...(text === raw ? [] : ["white space or quotes around it will be taken off"]), ...unusual],
    usual: habits.length > 0 && unusual.length === 0,
  };
}

function has(text: string, { pattern, flags }: { readonly pattern: string; readonly flags: string }): boolean {
  return new RegExp(pattern, flags).test(text);
}

function withoutWrapping(text: string): string {
  const trimmed = text.trim();
  const inner = /^(["'`])(.*)\1$/s.exec(trimmed)?.[2];
  return inner === undefined ? trimmed : inner.trim();
}
