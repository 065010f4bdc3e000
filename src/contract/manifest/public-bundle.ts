import type { Finding } from "#kernel";
import { isPublicName } from "../env-example/inference.ts";
import type { Service } from "../platform.ts";

/**
 * Secrets among what a `vite` service is built from: all of it ends up in files that anybody may get. A contract tells of its
 * `VITE_` names itself.
 */
export function builtSecrets(services: readonly Service[]): readonly Finding[] {
  return services.flatMap(({ name: service, contract, runtime }) => {
    const secrets = contract.variables.filter(({ sensitive, build }) => sensitive && !build);
    if (runtime.kind !== "vite") return [];
    return secrets.map(({ name, position }) => ({
      severity: "error" as const,
      code: "sensitive-build-variable",
      message: `${service}: ${name} is sensitive, and what a vite service is built from is public`,
      position,
      hint: hintFor(name),
    }));
  });
}

function hintFor(name: string): string {
  return isPublicName(name)
    ? "write @public above it if browsers may have it; otherwise a service on a host needs it, under a name without this prefix"
    : "give it to a service on a host, which browsers ask";
}
