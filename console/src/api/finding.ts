import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { useApi, type Api } from "./api.ts";
import type { Schemas } from "./schema.ts";

export type Finding = Schemas["ListedFinding"];

const all = "/v1/environments/{environment}/findings";

export function findingsQuery(api: Api, environment: string) {
  return queryOptions({
    queryKey: ["findings", environment],
    queryFn: () => api.ask(`GET ${all}`, { params: { environment } }),
  });
}

export function useAccept(environment: string, finding: number) {
  const [api, client] = [useApi(), useQueryClient()];
  return useMutation({
    mutationFn: (body: Schemas["AcceptRequest"]) =>
      api.ask(`POST ${all}/{finding}/accept`, { params: { environment, finding }, body }),
    onSettled: () => client.invalidateQueries({ queryKey: ["findings", environment] }),
  });
}
