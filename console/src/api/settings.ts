import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { useApi, type Api } from "./api.ts";
import type { Schemas } from "./schema.ts";

export type ProviderSettings = Schemas["Settings"]["providers"][number];
export type SettingField = ProviderSettings["fields"][number];
export type SavedSetting = NonNullable<ProviderSettings["saved"]>;
export type Impact = Schemas["Settings"]["impact"];
export type Assessment = Schemas["Assessment"];
export type Revision = Schemas["SettingHistory"]["revisions"][number];

/** By the id of the field. */
export type Values = Readonly<Record<string, string>>;

export function settingsQuery(api: Api, environment: string) {
  return queryOptions({
    queryKey: ["settings", environment],
    queryFn: () => api.ask("GET /v1/environments/{environment}/settings", { params: { environment } }),
  });
}

/** The forms of keys change with the server alone. */
export function settingRulesQuery(api: Api, environment: string) {
  return queryOptions({
    queryKey: ["settings", environment, "rules"],
    queryFn: () => api.ask("GET /v1/environments/{environment}/settings/rules", { params: { environment } }),
    staleTime: Infinity,
  });
}

export function historyQuery(api: Api, environment: string, provider: string) {
  return queryOptions({
    queryKey: ["settings", environment, provider, "history"],
    queryFn: () =>
      api.ask("GET /v1/environments/{environment}/settings/{provider}/history", { params: { environment, provider } }),
  });
}

interface Place {
  readonly environment: string;
  readonly provider: string;
}

/** Asks the provider about what was typed; nothing is kept, here neither. */
export function useTest(params: Place) {
  const api = useApi();
  return useMutation({
    mutationFn: (fields: Values) =>
      api.ask("POST /v1/environments/{environment}/settings/{provider}/test", { params, body: { fields } }),
    gcTime: 0,
  });
}

export type Save = Schemas["NewSetting"];

export function useSave(params: Place) {
  const [api, client] = [useApi(), useQueryClient()];
  return useMutation({
    mutationFn: (body: Save) => api.ask("PUT /v1/environments/{environment}/settings/{provider}", { params, body }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["settings", params.environment] }),
    gcTime: 0,
  });
}

export function useRestore(params: Place) {
  const [api, client] = [useApi(), useQueryClient()];
  return useMutation({
    mutationFn: (body: Schemas["RestoredSetting"]) =>
      api.ask("POST /v1/environments/{environment}/settings/{provider}/restore", { params, body }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["settings", params.environment] }),
  });
}
