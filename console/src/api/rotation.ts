import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { useApi, type Api } from "./api.ts";
import type { Schemas } from "./schema.ts";

export type Rotation = Schemas["Rotation"];
export type ListedRotation = Schemas["Rotations"]["rotations"][number];
export type Issuance = Schemas["Rotations"]["unkept"][number];
export type RotationPlan = Schemas["PlannedRotation"]["plan"];
export type RotationPhase = Rotation["steps"][number]["phase"];

const all = "/v1/environments/{environment}/rotations";

export function rotationsQuery(api: Api, environment: string) {
  return queryOptions({
    queryKey: ["rotations", environment],
    queryFn: () => api.ask(`GET ${all}`, { params: { environment }, query: { limit: 50 } }),
  });
}

export function rotationQuery(api: Api, environment: string, rotation: string) {
  return queryOptions({
    queryKey: ["rotation", environment, rotation],
    queryFn: () => api.ask(`GET ${all}/{rotation}`, { params: { environment, rotation } }),
    // one that the command line carries out tells this server nothing
    refetchInterval: ({ state }) => (state.data?.state === "open" ? 3000 : false),
  });
}

/** Asks the instances themselves. */
export function rotationUseQuery(api: Api, environment: string, { id, state }: Pick<Rotation, "id" | "state">) {
  return queryOptions({
    queryKey: ["rotation", environment, id, "use"],
    queryFn: () => api.ask(`GET ${all}/{rotation}/use`, { params: { environment, rotation: id } }),
    refetchInterval: state === "open" ? 2000 : false,
  });
}

/** What it would do; asked anew each time, since it is what is confirmed. */
export function rotationPlanQuery(api: Api, environment: string, question: Schemas["RotationQuestion"]) {
  return queryOptions({
    queryKey: ["rotation-plan", environment, question],
    queryFn: () => api.ask(`POST ${all}/preview`, { params: { environment }, body: question }),
    gcTime: 0,
    staleTime: Infinity,
  });
}

export function rotationEventsPath(environment: string, rotation: string): string {
  return `/v1/environments/${encodeURIComponent(environment)}/rotations/${encodeURIComponent(rotation)}/events`;
}

/** A value that was typed is forgotten with the form that sent it. */
export function useRotate(environment: string) {
  const [api, client] = [useApi(), useQueryClient()];
  return useMutation({
    mutationFn: (body: Schemas["NewRotation"]) => api.ask(`POST ${all}`, { params: { environment }, body }),
    onSettled: () => client.invalidateQueries({ queryKey: ["rotations", environment] }),
    gcTime: 0,
  });
}

export type RotationVerb = "hold" | "continue" | "back";

/** Asks for it; what comes of it is told by the rotation's events. */
export function useRotationVerb(environment: string, rotation: string) {
  const [api, client] = [useApi(), useQueryClient()];
  return useMutation({
    mutationFn: (verb: RotationVerb): Promise<Schemas["BegunRotation"]> => {
      const params = { environment, rotation };
      if (verb === "hold") return api.ask(`POST ${all}/{rotation}/hold`, { params });
      return api.ask(`POST ${all}/{rotation}/${verb}`, { params, body: {} });
    },
    onSettled: () => client.invalidateQueries({ queryKey: ["rotation", environment, rotation] }),
  });
}
