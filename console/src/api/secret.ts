import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { useApi, type Api } from "./api.ts";
import { ApiFailure } from "./failure.ts";
import type { Schemas } from "./schema.ts";

export type Secret = Schemas["Secrets"]["secrets"][number];
export type Previewed = Schemas["ImportPreview"]["values"][number];
export type GrantKey = Schemas["NewGrants"]["grants"][number];

const all = "/v1/environments/{environment}/secrets";

/** Every version of a name, newest first. */
export function historyQuery(api: Api, environment: string, name: string) {
  return queryOptions({
    queryKey: ["secrets", environment, "history", name],
    queryFn: () => api.ask(`GET ${all}/{name}/history`, { params: { environment, name } }),
  });
}

/** Which service on which host holds it, and what the last release gave it. */
export function holdersQuery(api: Api, environment: string, name: string) {
  return queryOptions({
    queryKey: ["secrets", environment, "holders", name],
    queryFn: () => api.ask(`GET ${all}/{name}/holders`, { params: { environment, name } }),
  });
}

/** By which rules new values would be made. */
export function generatePreviewQuery(api: Api, environment: string, names: readonly string[]) {
  return queryOptions({
    queryKey: ["secrets", environment, "generate", ...names],
    queryFn: () => api.ask(`POST ${all}/generate/preview`, { params: { environment }, body: { names } }),
    gcTime: 0,
  });
}

export type Retired = Schemas["Retired"] | { readonly kind: "refused"; readonly message: string };

/** What would end, one after the other: each takes the environment for itself. Every version before the present one. */
export function retirePreviewQuery(api: Api, environment: string, secrets: readonly Secret[]) {
  return queryOptions({
    queryKey: ["secrets", environment, "retire", ...secrets.map(({ name, scope }) => ({ name, scope }))],
    queryFn: () => retireEach(api, environment, secrets, { preview: true }),
    gcTime: 0,
  });
}

/** Asks without keeping anything, there or here. */
export function usePreviewImport(environment: string) {
  const api = useApi();
  return useMutation({
    mutationFn: (text: string) => api.ask(`POST ${all}/import/preview`, { params: { environment }, body: { text } }),
    gcTime: 0,
  });
}

export function useImport(environment: string) {
  return useChangeOf(environment, (api, body: Schemas["DotenvText"]) =>
    api.ask(`POST ${all}/import`, { params: { environment }, body }),
  );
}

export function useSetValues(environment: string) {
  return useChangeOf(environment, (api, body: Schemas["NewValues"]) =>
    api.ask(`PUT ${all}`, { params: { environment }, body }),
  );
}

export function useGenerate(environment: string) {
  return useChangeOf(environment, (api, names: readonly string[]) =>
    api.ask(`POST ${all}/generate`, { params: { environment }, body: { names, newVersion: true } }),
  );
}

export function useGive(environment: string) {
  return useChangeOf(environment, (api, grants: readonly GrantKey[]) =>
    api.ask("POST /v1/environments/{environment}/grants", { params: { environment }, body: { grants } }),
  );
}

export function useRetire(environment: string) {
  return useChangeOf(environment, (api, secrets: readonly Secret[]) => retireEach(api, environment, secrets, {}));
}

/** One that is refused keeps the others from nothing. */
async function retireEach(
  api: Api,
  environment: string,
  secrets: readonly Secret[],
  more: { readonly preview?: true },
) {
  const outcomes: Retired[] = [];
  for (const { name, scope } of secrets) {
    const asking = { params: { environment, name }, body: { ...scope, ...more } };
    const outcome = api.ask(`POST ${all}/{name}/retire`, asking).catch((error: unknown): Retired => {
      if (error instanceof ApiFailure && error.status !== 0) return { kind: "refused", message: error.message };
      throw error;
    });
    outcomes.push(await outcome);
  }
  return outcomes;
}

/** What was sent is forgotten with the form that sent it. */
function useChangeOf<Body, Answer>(environment: string, change: (api: Api, body: Body) => Promise<Answer>) {
  const [api, client] = [useApi(), useQueryClient()];
  return useMutation({
    mutationFn: (body: Body) => change(api, body),
    onSettled: () => client.invalidateQueries({ queryKey: ["secrets", environment], exact: true }),
    gcTime: 0,
  });
}
