import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { useApi, type Api } from "./api.ts";
import type { Schemas } from "./schema.ts";

export type Account = Schemas["AccountList"]["accounts"][number];
export type ServiceToken = Schemas["TokenList"]["tokens"][number];

export function accountsQuery(api: Api) {
  return queryOptions({ queryKey: ["accounts"], queryFn: () => api.ask("GET /v1/accounts") });
}

export function tokensQuery(api: Api) {
  return queryOptions({ queryKey: ["tokens"], queryFn: () => api.ask("GET /v1/tokens") });
}

/** What changes accounts or tokens; the lists are asked for again behind it. A secret in the answer is kept nowhere else. */
export function useChange<Given = void, Answer = unknown>(change: (api: Api, given: Given) => Promise<Answer>) {
  const [api, client] = [useApi(), useQueryClient()];
  return useMutation({
    mutationFn: (given: Given) => change(api, given),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["accounts"] });
      await client.invalidateQueries({ queryKey: ["tokens"] });
    },
    gcTime: 0,
  });
}
