import type { Runtime } from "./platform.ts";

/** Names a service on a host in plans, on the host's allowlist and in the journal. */
export function targetId(service: string, host: string): string {
  return `${service}@${host}`;
}

/** Names of the running instances; a published bundle has none. */
export function instancesOf(runtime: Runtime): readonly string[] {
  return runtime.kind === "vite" ? [] : runtime.instances;
}

/** `voxcore@.service` and `a` → `voxcore@a.service`; a unit that is no template stays as it is. */
export function unitName(unit: string, instance: string): string {
  return instance === "" ? unit : unit.replace("@.", `@${instance}.`);
}
