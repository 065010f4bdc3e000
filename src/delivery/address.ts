import { targetId, unitName, type Runtime, type Service } from "#contract";
import type { RuntimeAddress, TargetAddress, UnitAddress } from "#host";

/** What a machine must know of a service: the manifest's runtime in the machine's words. */
export function addressOf(service: Service, host: string): TargetAddress {
  return { id: targetId(service.name, host), service: service.name, runtime: runtimeAddress(service.runtime) };
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
    case "docker":
      return { ...runtime, instances: runtime.instances.map((instance) => ({ instance, unit: runtime.container })) };
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
