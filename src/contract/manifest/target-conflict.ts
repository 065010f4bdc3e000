import { unitName } from "../target.ts";
import type { Finding } from "#kernel";
import type { Service } from "../platform.ts";

/** A place on a host that one service writes or restarts; those of one holder may share it. */
interface Claim {
  readonly place: string;
  readonly holder: string;
}

/** Two services that would write the same place, or restart the same unit, on one host. */
export function targetConflicts(services: readonly Service[]): readonly Finding[] {
  const taken = new Map<string, { readonly holder: string; readonly service: string }>();
  return services.flatMap((service) =>
    service.hosts.flatMap((host) =>
      claims(service).flatMap(({ place, holder }): readonly Finding[] => {
        const other = taken.get(`${host} ${place}`);
        if (other === undefined) taken.set(`${host} ${place}`, { holder, service: service.name });
        if (other === undefined || other.holder === holder) return [];
        const message = `${service.name}: ${place} on ${host} belongs to ${other.service} already`;
        return [{ severity: "error", code: "target-shared", message, position: service.position }];
      }),
    ),
  );
}

function claims({ name, runtime, contract }: Service): readonly Claim[] {
  switch (runtime.kind) {
    case "systemd":
      return [runtime.file.path, ...runtime.instances.map((instance) => unitName(runtime.unit, instance))].map(
        (place) => ({ place, holder: name }),
      );
    case "compose":
      return [
        // services of one project may share its .env when they share the contract: they write the same
        { place: runtime.file.path, holder: contract.file },
        { place: `${runtime.composeService} in ${runtime.project}/${runtime.composeFile}`, holder: name },
      ];
    case "vite":
      return [{ place: runtime.publish, holder: name }];
    case "docker":
      return [{ place: `container ${runtime.container}`, holder: name }];
    case "process":
      return [];
  }
}
