import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { useApi, type Api } from "./api.ts";

export function rolloutQuery(api: Api, environment: string, rollout: string) {
  return queryOptions({
    queryKey: ["rollout", environment, rollout],
    queryFn: () =>
      api.ask("GET /v1/environments/{environment}/rollouts/{rollout}", { params: { environment, rollout } }),
    // one that the command line carries out tells this server nothing
    refetchInterval: ({ state }) => (state.data?.state === "running" ? 3000 : false),
  });
}

export function eventsPath(environment: string, rollout: string): string {
  return `/v1/environments/${encodeURIComponent(environment)}/rollouts/${encodeURIComponent(rollout)}/events`;
}

export type RolloutVerb = "pause" | "continue" | "take-back";

/** Asks for it; what comes of it is told by the rollout's events. */
export function useRolloutVerb(environment: string, rollout: string) {
  const [api, client] = [useApi(), useQueryClient()];
  return useMutation({
    mutationFn: (verb: RolloutVerb) =>
      api.ask(`POST /v1/environments/{environment}/rollouts/{rollout}/${verb}`, { params: { environment, rollout } }),
    onSettled: () => client.invalidateQueries({ queryKey: ["rollout", environment, rollout] }),
  });
}
