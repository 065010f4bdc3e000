import * as fc from "fast-check";
import { expect, test } from "vitest";
import { Sensitive } from "#kernel";
import { fieldJudgement, maskRules, ownerRules, readPasted, written } from "#provider";
import { judge, rulesFor, type Judged } from "../../console/src/settings/judge.ts";
import { catalogue } from "../../src/provider/catalogue/catalogue.ts";
import type { Field, Provider } from "../../src/provider/provider.ts";
import { keys } from "../provider/keys.ts";

const fields = catalogue.flatMap((provider) => provider.fields.map((field) => ({ provider, field })));
const patterns = [
  ...maskRules,
  ...ownerRules,
  ...fields.flatMap(({ provider, field }) => {
    const { rules, habits } = fieldJudgement(provider, field);
    return [...rules, ...habits];
  }),
].map(({ pattern }) => pattern);

/** What the server would answer: through JSON, as it comes to a browser. */
const sent = JSON.parse(
  JSON.stringify({
    first: maskRules.map((one) => written(one)),
    last: ownerRules.map((one) => written(one)),
    providers: catalogue.map((provider) => ({
      provider: provider.name,
      fields: provider.fields.map((field) => {
        const { rules, habits } = fieldJudgement(provider, field);
        return { id: field.id, rules: rules.map((one) => written(one)), habits: habits.map((one) => written(one)) };
      }),
    })),
  }),
) as Parameters<typeof rulesFor>[0];

function inBrowser(text: string, provider: Provider, field: Field): Judged {
  const { label, optional = false } = field;
  return judge(text, { label, optional }, rulesFor(sent, provider.name, field.id));
}

function onServer(text: string, provider: Provider, field: Field): Omit<Judged, "usual"> {
  const pasted = readPasted(Sensitive.of(text), { provider, field });
  if (pasted.kind === "refused") return { problem: `this looks like ${pasted.reason}`, notices: [] };
  return { notices: pasted.notices.map((notice) => notice.replace("were taken off", "will be taken off")) };
}

/** Keys of every kind, in each other's forms as well; masks of them; and what a hand does to them. */
const key = fc.oneof(
  fc.constantFrom(...Object.values(keys)),
  fc
    .constantFrom(...patterns.filter(({ flags, source }) => flags === "" && !source.includes("(?=")))
    .chain((pattern) => fc.stringMatching(plain(pattern))),
  fc.string({ unit: "grapheme", maxLength: 60 }),
  fc.constantFrom("****", "sk-…wxyz", "••••", "sk-proj-...abcd", "[redacted]", "xxxx", "sk-admin-0123456789"),
);
const cut = fc.tuple(key, fc.nat(80), fc.nat(80)).map(([text, from, length]) => text.slice(from, from + length));
const around = fc.constantFrom("", " ", "\n", "\t ", "\u00a0", "\ufeff", '"', "'", "`", "' ", '" "');
const typed = fc.tuple(around, fc.oneof(key, cut), around, fc.boolean()).map(([before, text, behind, twin]) => {
  return twin ? `${before}${text}${before}` : `${before}${text}${behind}`;
});

/** fast-check makes texts of patterns without looking around. */
function plain({ source }: RegExp): RegExp {
  return new RegExp(source.replaceAll(/\(\?!.*?\)/g, ""));
}

test("browser and server judge a typed value alike, in every field of the catalogue", () => {
  const seen = { refused: 0, usual: 0, unusual: 0, trimmed: 0 };
  fc.assert(
    fc.property(typed, fc.constantFrom(...fields), (text, { provider, field }) => {
      const { usual, ...judged } = inBrowser(text, provider, field);
      if (text.trim() === "") return;
      expect({ field: `${provider.name} ${field.id}`, ...judged }).toEqual({
        field: `${provider.name} ${field.id}`,
        ...onServer(text, provider, field),
      });
      if (judged.problem !== undefined) seen.refused += 1;
      else if (usual) seen.usual += 1;
      else seen.unusual += 1;
      if (judged.notices.some((notice) => notice.startsWith("white space or quotes"))) seen.trimmed += 1;
    }),
    { numRuns: 1500 },
  );
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(50);
});

test("a provider's own key looks as usual, and in another's field like that provider's", () => {
  for (const { provider, field } of fields.filter(
    ({
      provider: {
        fields: [first],
      },
      field,
    }) => first === field,
  )) {
    const text = keys[provider.name] ?? "";
    expect({ name: provider.name, ...inBrowser(text, provider, field) }).toEqual({
      name: provider.name,
      notices: [],
      usual: true,
    });
  }
  const [openai, anthropic] = ["openai", "anthropic"].map((name) => catalogue.find((one) => one.name === name));
  const field = openai?.fields[0];
  if (openai === undefined || anthropic === undefined || field === undefined) throw new Error("no such provider");
  expect(inBrowser(keys["anthropic"] ?? "", openai, field).problem).toBe("this looks like an API key of Anthropic");
  expect(inBrowser("  ", openai, field).problem).toBe("the API key is empty");
});

test("a pattern keeps its meaning on the way: its flags change nothing from one text to the next", () => {
  expect(patterns.filter(({ flags }) => !["", "i"].includes(flags))).toEqual([]);
  expect(patterns.length).toBeGreaterThan(80);
});
