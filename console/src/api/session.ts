import { queryOptions, useMutation, useQueryClient, useSuspenseQuery, type QueryClient } from "@tanstack/react-query";
import { useApi, type Api } from "./api.ts";
import { ApiFailure } from "./failure.ts";
import type { Schemas } from "./schema.ts";

type Me = Schemas["Me"];

/** Who is logged in here; null for nobody. */
export function meQuery(api: Api) {
  return queryOptions({
    queryKey: ["me"],
    queryFn: async (): Promise<Me | null> => {
      try {
        return await api.ask("GET /v1/me");
      } catch (error) {
        if (error instanceof ApiFailure && error.code === "LOGIN_NEEDED") return null;
        throw error;
      }
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function formTokenOf(client: QueryClient): string | undefined {
  return client.getQueryData<Me | null>(["me"])?.formToken;
}

/** Whoever is shown a page of those who are logged in. */
export function useMe(): Me {
  const { data } = useSuspenseQuery(meQuery(useApi()));
  if (data === null) throw new Error("nobody is logged in");
  return data;
}

export function useLogIn() {
  const [api, client] = [useApi(), useQueryClient()];
  return useMutation({
    mutationFn: (body: Schemas["Login"]) => api.ask("POST /v1/login", { body }),
    onSuccess: (me) => client.setQueryData(["me"], me),
    gcTime: 0,
  });
}

export function useSetUp() {
  const [api, client] = [useApi(), useQueryClient()];
  return useMutation({
    mutationFn: async (body: Schemas["Setup"]) => {
      await api.ask("POST /v1/setup", { body });
      const { name, password } = body;
      return api.ask("POST /v1/login", { body: { name, password } });
    },
    onSuccess: (me) => {
      // someone else may have been logged in here
      forgetSession(client);
      client.setQueryData(["me"], me);
    },
    gcTime: 0,
  });
}

/** Nothing that the last person saw stays in memory. */
export function useLogOut() {
  const [api, client] = [useApi(), useQueryClient()];
  return useMutation({
    mutationFn: (all: boolean) => api.ask("POST /v1/logout", { body: { all } }),
    onSuccess: () => forgetSession(client),
  });
}

export function forgetSession(client: QueryClient): void {
  client.setQueryData(["me"], null);
  client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== "me" });
}
