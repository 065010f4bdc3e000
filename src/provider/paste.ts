import { isMask } from "#contract";
import { Sensitive } from "#kernel";
import { catalogue } from "./catalogue/catalogue.ts";
import type { Field, Provider } from "./provider.ts";

/** What came out of a pasted value. Texts say nothing of it. */
export type Pasted =
  | { readonly kind: "taken"; readonly value: Sensitive; readonly notices: readonly string[] }
  | { readonly kind: "refused"; readonly reason: string };

/**
 * A value as people paste it: white space and quotes around it are taken off with a notice; a mask, another kind of key,
 * or another provider's is refused. That it does not look as usual is only told: formats change.
 */
export function readPasted(
  value: Sensitive,
  { provider, field }: { readonly provider: Provider; readonly field: Field },
): Pasted {
  const raw = value.reveal().toString("utf8");
  const text = withoutWrapping(raw);
  const reason = objection(text, provider, field);
  if (reason !== undefined) return { kind: "refused", reason };
  const shape = field.format !== undefined && !field.format.accepts.test(text) ? [field.format.shape] : [];
  return {
    kind: "taken",
    value: text === raw ? value : Sensitive.of(text),
    notices: [
      ...(text === raw ? [] : ["white space or quotes around it were taken off"]),
      ...shape.map((usual) => `it does not look like ${article(field.label)} of ${provider.title}: ${usual}`),
    ],
  };
}

function withoutWrapping(text: string): string {
  const trimmed = text.trim();
  const inner = /^(["'`])(.*)\1$/s.exec(trimmed)?.[2];
  return inner === undefined ? trimmed : inner.trim();
}

function objection(text: string, provider: Provider, field: Field): string | undefined {
  if (isMask(text) || /^\S{0,12}(?:\.{3,}|…|x{4,})\S{0,8}$/i.test(text)) {
    return "a mask, as a page shows it instead of the value";
  }
  const { format } = field;
  const refused = format?.refuses?.find(({ pattern }) => pattern.test(text));
  if (refused !== undefined) return refused.reason;
  if (format?.accepts.test(text) === true && format.mark !== undefined) return undefined;
  const owner = ownerOf(text, provider, field);
  return owner === undefined ? undefined : `${article(owner.field.label)} of ${owner.provider.title}`;
}

/** Whose mark it has, when that is not the place it was meant for. */
function ownerOf(text: string, provider: Provider, field: Field) {
  const owners = catalogue.flatMap((one) =>
    one.fields
      .filter(({ format }) => format?.mark?.test(text) === true)
      .map((mine) => ({ provider: one, field: mine })),
  );
  const own = owners.some((owner) => owner.provider === provider && owner.field === field);
  return own ? undefined : owners[0];
}

function article(label: string): string {
  return `${/^[aeiou]/i.test(label) ? "an" : "a"} ${label}`;
}
