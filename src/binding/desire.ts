import type { Platform, Service } from "#contract";
import type { Finding, Fingerprint } from "#kernel";
import { Sensitive } from "#kernel";
import type { DesiredTarget } from "#plan";
import { bindService, type BoundVariable, type Stock } from "./bind.ts";

/** One service on one host with everything it should get. The values stay here; the plan sees `desired` only. */
export interface BoundTarget {
  readonly desired: DesiredTarget;
  readonly service: Service;
  readonly variables: readonly BoundVariable[];
}

export interface BoundPlatform {
  readonly targets: readonly BoundTarget[];
  readonly findings: readonly Finding[];
}

/** Start, stop and become healthy: what one instance without a drain limit may take, milliseconds. */
const usualRestart = 10_000;

export interface DesireInput {
  readonly platform: Platform;
  readonly stock: Stock;
  /** hash of what a bundle is built from, by service: a change of code is a change of the target */
  readonly sources: ReadonlyMap<string, string>;
}

/** Binds every service on every one of its hosts. Findings that hold for all hosts of a service are told once. */
export function desirePlatform({ platform, stock, sources }: DesireInput): BoundPlatform {
  const findings = new Map<string, Finding>();
  const targets = platform.services.flatMap((service) =>
    service.hosts.map((host): BoundTarget => {
      const bound = bindService(service, host, stock);
      for (const finding of bound.findings) findings.set(findingKey(service, finding), finding);
      const desired = describe(service, host, bound.variables, stock.fingerprint, sources.get(service.name) ?? "");
      return { desired, service, variables: bound.variables };
    }),
  );
  return { targets, findings: [...findings.values()] };
}

function findingKey(service: Service, { code, message, position }: Finding): string {
  const place = position === undefined ? message : `${position.file}:${position.line}`;
  return `${service.name} ${code} ${place}`;
}

function describe(
  service: Service,
  host: string,
  variables: readonly BoundVariable[],
  fingerprint: (name: string, value: Sensitive) => Fingerprint,
  source: string,
): DesiredTarget {
  const { runtime } = service;
  const content = variables.map(({ name, fingerprint }) => `${name} ${fingerprint}\n`).toSorted();
  return {
    target: `${service.name}@${host}`,
    service: service.name,
    host,
    runtime: runtime.kind,
    order: service.order,
    digest: fingerprint("target", Sensitive.of(`${source}\n${content.join("")}`)),
    variables: variables.map(({ name, fingerprint, sensitive, origin, version, variable }) => ({
      name,
      fingerprint,
      sensitive,
      origin,
      restart: variable.restart,
      ...(version === undefined ? {} : { version: version.number }),
    })),
    instances: runtime.kind === "vite" ? [] : runtime.instances,
    restartLimit: (service.drain?.limit ?? 0) + usualRestart,
    ...("file" in runtime ? { file: runtime.file } : {}),
  };
}
