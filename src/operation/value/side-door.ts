import { bindService, type BoundVariable } from "#binding";
import type { Platform, Service } from "#contract";
import { AppError } from "#kernel";
import { inPlatform, record } from "../change.ts";
import type { Context } from "../context.ts";
import { readStock } from "../deploy/survey.ts";
import { boundVersions } from "./version-text.ts";

export interface SideDoor {
  readonly service: string;
  readonly host?: string;
  /** `value.render`, `value.run` */
  readonly action: string;
  readonly detail: Readonly<Record<string, string>>;
}

export interface OpenedService {
  readonly service: Service;
  readonly host: string;
  readonly variables: readonly BoundVariable[];
}

/**
 * One service's values for use outside a rollout. The audit entry with every name and version is on disk before this returns. Where
 * the service's hosts get different values, the host has to be said.
 */
export async function openService(
  context: Context,
  { service: name, host, action, detail }: SideDoor,
): Promise<OpenedService> {
  const { platform } = await context.loadPlatform();
  const service = findService(platform, name);
  return inPlatform(context, platform, async (environment, tx) => {
    const stock = await readStock(environment);
    const hosts = hostsOf(service, host).map((one) => ({ host: one, bound: bindService(service, one, stock) }));
    const [first, ...others] = hosts;
    if (first === undefined) throw new AppError("NOT_FOUND", `${name} runs on no host`);
    if (others.some((other) => !sameValues(first.bound.variables, other.bound.variables))) {
      throw new AppError("USAGE", `${name} gets different values on its hosts`, {
        hint: `say which with --host: ${service.hosts.join(", ")}`,
      });
    }
    const errors = first.bound.findings.filter(({ severity }) => severity === "error");
    if (errors.length > 0) {
      throw new AppError("VALUES_INVALID", `the values of ${name} are not complete and valid`, { findings: errors });
    }
    const { variables } = first.bound;
    const names = variables.map((variable) => variable.name);
    const versions = boundVersions(variables);
    await record(context, tx, { action, subject: `${name}@${first.host}`, detail: { ...detail, names, versions } });
    return { service, host: first.host, variables };
  });
}

function findService({ services }: Platform, name: string): Service {
  const service = services.find((one) => one.name === name);
  if (service !== undefined) return service;
  throw new AppError("NOT_FOUND", `no service is called ${name}`, {
    hint: `there are ${services.map((one) => one.name).join(", ")}`,
  });
}

function hostsOf({ name, hosts }: Service, host: string | undefined): readonly string[] {
  if (host === undefined) return hosts;
  if (hosts.includes(host)) return [host];
  throw new AppError("NOT_FOUND", `${name} does not run on ${host}`, { hint: `it runs on ${hosts.join(", ")}` });
}

function sameValues(a: readonly BoundVariable[], b: readonly BoundVariable[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ name, fingerprint }, at) => {
      const other = b[at];
      return other?.name === name && other.fingerprint === fingerprint;
    })
  );
}
