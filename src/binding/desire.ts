import { instancesOf, targetId, type Platform, type Runtime, type Service } from "#contract";
import type { Finding, Fingerprint } from "#kernel";
import { Sensitive } from "#kernel";
import type { DesiredTarget } from "#plan";
import { namesBeside } from "./beside.ts";
import { bindService, type Bound } from "./bind.ts";
import { isFileContent, type BoundVariable } from "./bound.ts";
import type { Stock } from "./stock.ts";

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

/** Stop, start and become healthy: what one instance may take, milliseconds. */
const usualRestart = 10_000;

export interface DesireInput {
  readonly platform: Platform;
  readonly stock: Stock;
  /** hash of what a bundle is built from, by service: a change of code is a change of the target */
  readonly sources: ReadonlyMap<string, string>;
}

/** Binds every service on every one of its hosts. A finding that holds on all hosts of a service is told once. */
export function desirePlatform({ platform, stock, sources }: DesireInput): BoundPlatform {
  const findings = platform.services.map(() => new Map<string, Found>());
  const targets = platform.services.flatMap((service, index) => {
    const contentOn = contents(service, stock, sources.get(service.name) ?? "");
    return service.hosts.map((host): BoundTarget => {
      const content = contentOn(host);
      for (const finding of content.findings) note(findings[index], finding, host);
      const desired = { ...content.desired, target: targetId(service.name, host), host };
      return { desired, service, variables: content.variables };
    });
  });
  return {
    targets,
    findings: platform.services.flatMap(({ hosts }, index) =>
      [...(findings[index]?.values() ?? [])].map((found) => withHosts(found, hosts.length)),
    ),
  };
}

/** What a target gets, without the place where it gets it. */
interface Content extends Bound {
  readonly desired: Omit<DesiredTarget, "target" | "host">;
}

/** Bound once for all hosts of a service that have no value of their own: a thousand of them cost as much as one. */
function contents(service: Service, stock: Stock, source: string): (host: string) => Content {
  const names = service.contract.variables.flatMap(({ name, derive }) => {
    if (derive?.kind === "key-map") return [name, derive.root, derive.key];
    return derive !== undefined && "root" in derive ? [name, derive.root] : [name];
  });
  const versions = names.flatMap((name) => stock.versions.get(name) ?? []);
  const own = new Set(versions.map(({ scope }) => scope.host));
  const bindOn = (host: string): Content => {
    const bound = bindService(service, host, stock);
    return { ...bound, desired: describe(service, bound.variables, stock.fingerprint, source) };
  };
  let shared: Content | undefined;
  return (host) => (own.has(host) ? bindOn(host) : (shared ??= bindOn(host)));
}

interface Found {
  readonly finding: Finding;
  readonly hosts: readonly string[];
}

function note(known: Map<string, Found> | undefined, finding: Finding, host: string): void {
  const { code, message, position } = finding;
  const key = JSON.stringify([code, message, position]);
  const hosts = known?.get(key)?.hosts ?? [];
  known?.set(key, { finding, hosts: [...hosts, host] });
}

/** A missing value is looked for on a host; anything else needs the host only where the others are fine. */
function withHosts({ finding, hosts }: Found, all: number): Finding {
  if (finding.code !== "missing" && hosts.length === all) return finding;
  return { ...finding, message: `${finding.message} on ${hosts.join(", ")}` };
}

function describe(
  service: Service,
  variables: readonly BoundVariable[],
  fingerprint: (name: string, value: Sensitive) => Fingerprint,
  source: string,
): Content["desired"] {
  const { runtime } = service;
  // a container has its environment from the call that made it, and the path of a file variable is new with each release
  const asNew = runtime.kind === "docker" || variables.some(isFileContent);
  const content = variables
    .map((one) => `${one.name} ${one.fingerprint}${isFileContent(one) ? " file" : ""}\n`)
    .toSorted();
  return {
    service: service.name,
    runtime: runtime.kind,
    order: service.order,
    ...(service.user === undefined ? {} : { alone: true }),
    digest: fingerprint("target", Sensitive.of(`${source}\n${commandOf(runtime)}${content.join("")}`)),
    variables: variables.map(({ name, fingerprint, sensitive, origin, version, variable }) => ({
      name,
      fingerprint,
      sensitive,
      origin,
      restart: asNew ? "restart" : variable.restart,
      ...(variable.accepts.length === 0 ? {} : { beside: namesBeside(variable) }),
      ...(version === undefined ? {} : { version: version.number }),
    })),
    instances: instancesOf(runtime),
    restartLimit: usualRestart,
    ...(service.drain === undefined ? {} : { drainLimit: service.drain.limit }),
    ...("file" in runtime ? { file: runtime.file } : {}),
  };
}

/**
 * Hosts have unit files; of a plain process and a container the manifest says how they are made, and a change there is one
 * of content.
 */
function commandOf(runtime: Runtime): string {
  if (runtime.kind === "docker") {
    const { stop: _, instances: __, ...made } = runtime;
    return `${JSON.stringify(made)}\n`;
  }
  if (runtime.kind !== "process") return "";
  const { command, directory, instanceEnvironment } = runtime;
  return `${JSON.stringify([command, directory, instanceEnvironment])}\n`;
}
