import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { useApi, type Api } from "./api.ts";

/** Asks every engine: seconds, where one does not answer. */
export function runtimesQuery(api: Api, environment: string) {
  return queryOptions({
    queryKey: ["runtimes", environment],
    queryFn: () => api.ask("GET /v1/environments/{environment}/runtimes", { params: { environment } }),
  });
}

/** One user's of a service, or all of it; gives the rollout that does it. */
export function useRestart(environment: string) {
  const [api, client] = [useApi(), useQueryClient()];
  return useMutation({
    mutationFn: (body: { readonly service: string; readonly user?: string }) =>
      api.ask("POST /v1/environments/{environment}/runtimes/restart", { params: { environment }, body }),
    onSettled: () => client.invalidateQueries({ queryKey: ["runtimes", environment] }),
  });
}
