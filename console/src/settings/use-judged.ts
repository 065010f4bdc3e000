import { useQuery } from "@tanstack/react-query";
import { useApi } from "../api/api.ts";
import { settingRulesQuery, type ProviderSettings } from "../api/settings.ts";
import { useEnvironment } from "../shell/environment.ts";
import type { Draft } from "./draft.ts";
import { judge, rulesFor, type Judged } from "./judge.ts";

/** By the form alone, of each field in which something was typed. Nothing of it leaves the page. */
export function useJudged({ provider, fields }: ProviderSettings, { changed }: Draft): ReadonlyMap<string, Judged> {
  const { name: environment } = useEnvironment();
  const { data: rules } = useQuery(settingRulesQuery(useApi(), environment));
  if (rules === undefined) return new Map();
  return new Map(
    fields.flatMap((field) => {
      const text = changed[field.id];
      return text === undefined ? [] : [[field.id, judge(text, field, rulesFor(rules, provider, field.id))] as const];
    }),
  );
}
