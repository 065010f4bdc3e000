import type { Service } from "#contract";

/** For a rollout that brings nothing but values: no command fetches code for it. */
export function withoutCode(service: Service): Service {
  return { ...service, prepare: [] };
}
