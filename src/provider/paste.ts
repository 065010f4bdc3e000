import { Sensitive } from "#kernel";
import { judgementOf } from "./judgement.ts";
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
  const { rules, habits } = judgementOf(provider, field);
  const reason = rules.find(({ pattern }) => pattern.test(text))?.refusal;
  if (reason !== undefined) return { kind: "refused", reason };
  return {
    kind: "taken",
    value: text === raw ? value : Sensitive.of(text),
    notices: [
      ...(text === raw ? [] : ["white space or quotes around it were taken off"]),
      ...habits.filter(({ pattern }) => !pattern.test(text)).map(({ notice }) => notice),
    ],
  };
}

function withoutWrapping(text: string): string {
  const trimmed = text.trim();
  const inner = /^(["'`])(.*)\1$/s.exec(trimmed)?.[2];
  return inner === undefined ? trimmed : inner.trim();
}
