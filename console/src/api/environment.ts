import { queryOptions } from "@tanstack/react-query";
import type { Api } from "./api.ts";

export function environmentsQuery(api: Api) {
  return queryOptions({ queryKey: ["environments"], queryFn: () => api.ask("GET /v1/environments") });
}

/** Asks every host: seconds, where one does not answer. */
export function statusQuery(api: Api, environment: string) {
  return queryOptions({
    queryKey: ["status", environment],
    queryFn: () => api.ask("GET /v1/environments/{environment}/status", { params: { environment } }),
  });
}

export function driftQuery(api: Api, environment: string) {
  return queryOptions({
    queryKey: ["drift", environment],
    queryFn: () => api.ask("GET /v1/environments/{environment}/drift", { params: { environment } }),
  });
}

export function secretsQuery(api: Api, environment: string) {
  return queryOptions({
    queryKey: ["secrets", environment],
    queryFn: () => api.ask("GET /v1/environments/{environment}/secrets", { params: { environment } }),
  });
}

export function rolloutsQuery(api: Api, environment: string) {
  return queryOptions({
    queryKey: ["rollouts", environment],
    queryFn: () =>
      api.ask("GET /v1/environments/{environment}/rollouts", { params: { environment }, query: { limit: 50 } }),
  });
}

export function sightingsQuery(api: Api, environment: string) {
  return queryOptions({
    queryKey: ["sightings", environment],
    queryFn: () => api.ask("GET /v1/environments/{environment}/sightings", { params: { environment } }),
  });
}

export function auditQuery(api: Api, environment: string, subject?: string) {
  const query = { limit: 200, ...(subject === undefined ? {} : { subject }) };
  return queryOptions({
    queryKey: ["audit", environment, subject ?? null],
    queryFn: () => api.ask("GET /v1/environments/{environment}/audit", { params: { environment }, query }),
  });
}
