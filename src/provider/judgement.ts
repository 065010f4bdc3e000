import { masks } from "#contract";
import { catalogue } from "./catalogue/catalogue.ts";
import type { Field, Provider } from "./provider.ts";

/** The first rule whose pattern a text has decides: it is refused for that reason, or taken. */
export interface Rule {
  readonly pattern: RegExp;
  readonly refusal?: string;
}

/** A pattern that a text usually has, and what is said where it has not. */
export interface Habit {
  readonly pattern: RegExp;
  readonly notice: string;
}

/**
 * How a text is judged by its form, without asking anybody. All of it is patterns and words, so that a browser judges by
 * the same while someone types, and the text stays there.
 */
export interface Judgement {
  readonly rules: readonly Rule[];
  readonly habits: readonly Habit[];
}

/** What a page shows instead of a value, whatever the value is of. */
export const maskRules: readonly Rule[] = [...masks, /^\S{0,12}(?:\.{3,}|…|x{4,})\S{0,8}$/i].map((pattern) => ({
  pattern,
  refusal: "a mask, as a page shows it instead of the value",
}));

/** What tells whose key it is, wherever it was put. */
export const ownerRules: readonly Rule[] = catalogue.flatMap(({ title, fields }) =>
  fields.flatMap(({ label, format }) => {
    const { mark, refuses = [] } = format ?? {};
    if (mark === undefined) return [];
    const others = refuses.map(({ pattern, reason }) => ({
      pattern: both(mark, pattern),
      refusal: `${reason} (${title})`,
    }));
    return [...others, { pattern: mark, refusal: `${article(label)} of ${title}` }];
  }),
);

/** Both begin at the text's beginning. */
function both({ source }: RegExp, { source: other }: RegExp): RegExp {
  return new RegExp(`(?=${source})${other}`);
}

/** What counts in one field alone: between the masks and the owners. */
export function fieldJudgement({ title }: Pick<Provider, "title">, { label, secret, format }: Field): Judgement {
  const { refuses = [], mark, accepts, shape } = format ?? {};
  const own = mark === undefined ? [] : [{ pattern: mark }, ...(accepts === undefined ? [] : [{ pattern: accepts }])];
  const unlike = `it does not look like ${article(label)} of ${title}: ${shape}`;
  return {
    rules: [...refuses.map(({ pattern, reason }) => ({ pattern, refusal: reason })), ...own],
    habits: [
      ...(secret ? [{ pattern: /^\S*$/, notice: "there is white space inside it" }] : []),
      ...(accepts === undefined ? [] : [{ pattern: accepts, notice: unlike }]),
    ],
  };
}

export function judgementOf(provider: Provider, field: Field): Judgement {
  const { rules, habits } = fieldJudgement(provider, field);
  return { rules: [...maskRules, ...rules, ...ownerRules], habits };
}

/** In text that any JavaScript reads. */
export type Written<T> = Omit<T, "pattern"> & { readonly pattern: string; readonly flags: string };

export function written<T extends Rule | Habit>({ pattern, ...rest }: T): Written<T> {
  return { ...rest, pattern: pattern.source, flags: pattern.flags };
}

function article(label: string): string {
  return `${/^[aeiou]/i.test(label) ? "an" : "a"} ${label}`;
}
