import type { Runtime, Service } from "#contract";
import type { RuntimeAddress, TargetAddress, UnitAddress } from "#host";

/** Names this target in plans, on the host's allowlist and in the journal. */
export function targetId(service: string, host: string): string {
  return `${service}@${host}`;
}

/** What a machine must know of a service: the manifest's runtime in the machine's words. */
export function addressOf(service: Service, host: string): TargetAddress {
  return { id: targetId(service.name, host), service: service.name, runtime: runtimeAddress(service.runtime) };
}

/** Names of the running instances; a published bundle has none. */
export function instancesOf(runtime: Runtime): readonly string[] {
  return runtime.kind === "vite" ? [] : runtime.instances;
}

/** `voxcore@.service` and `a` → `voxcore@a.service`; a unit that is no template stays as it is. */
export function unitName(unit: string, instance: string): string {
  return instance === "" ? unit : unit.replace("@.", `@${instance}.`);
}

function runtimeAddress(runtime: Runtime): RuntimeAddress {
  switch (runtime.kind) {
    case "systemd":
      return {
        kind: "systemd",
        file: runtime.file,
        instances: runtime.instances.map((instance) => ({ instance, unit: unitName(runtime.unit, instance) })),
      };
    case "compose":
      return {
        kind: "compose",
        file: runtime.file,
        project: runtime.project,
        composeFile: runtime.composeFile,
        instances: runtime.instances.map((instance) => ({ instance, unit: runtime.composeService })),
      };
    case "vite":
      return { kind: "site", path: runtime.publish, owner: runtime.owner, group: runtime.group };
    case "process":
      return {
        kind: "process",
        command: runtime.command,
        directory: runtime.directory,
        instances: runtime.instances.map((instance) => processInstance(runtime.instanceEnvironment, instance)),
      };
  }
}

function processInstance(
  environment: Readonly<Record<string, string>>,
  instance: string,
): UnitAddress & { readonly environment: Readonly<Record<string, string>> } {
  const own = Object.entries(environment).map(([name, text]) => [name, text.replaceAll("%i", instance)] as const);
  return { instance, unit: instance, environment: Object.fromEntries(own) };
}
