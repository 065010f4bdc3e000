import type { Finding } from "#kernel";
import type { Service } from "./platform.ts";

/** Two services that would write the same place, or restart the same unit, on one host. */
export function targetConflicts(services: readonly Service[]): readonly Finding[] {
  const taken = new Map<string, string>();
  return services.flatMap((service) =>
    service.hosts.flatMap((host) =>
      claims(service).flatMap((claim): readonly Finding[] => {
        const key = `${host} ${claim}`;
        const other = taken.get(key);
        if (other === undefined) taken.set(key, service.name);
        if (other === undefined || other === service.name) return [];
        const message = `${service.name}: ${claim} on ${host} belongs to ${other} already`;
        return [{ severity: "error", code: "target-shared", message, position: service.position }];
      }),
    ),
  );
}

function claims({ runtime }: Service): readonly string[] {
  switch (runtime.kind) {
    case "systemd":
      return [runtime.file.path, ...runtime.instances.map((name) => runtime.unit.replace("@.", `@${name}.`))];
    case "compose":
      return [runtime.file.path, `${runtime.project}/${runtime.composeFile} ${runtime.composeService}`];
    case "vite":
      return [runtime.publish];
    case "process":
      return [];
  }
}
