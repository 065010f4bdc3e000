import type { Finding } from "#kernel";
import { hasUserinfo } from "../env-example/inference.ts";
import { readHealth, readDrain, readPrepare } from "./health-reader.ts";
import { checkHeld } from "./holder-reader.ts";
import type { MergedService } from "./merge.ts";
import { nearest } from "./nearest.ts";
import type { HostEntry, PerUser, Service } from "../platform.ts";
import { readPresenting, type Verifiers } from "./presenting-reader.ts";
import { readRuntime, report, type Reader } from "./runtime-reader.ts";
import { parseTemplate, referencesOf, templateFaults } from "../template.ts";
import type { Contract, Template } from "../variable.ts";
import { readVerifying } from "./verifying-reader.ts";

export interface ServiceSurroundings {
  readonly hosts: readonly HostEntry[];
  readonly environment: string;
  readonly order: number;
  readonly verifiers: Verifiers;
  /** undefined: the contract could not be read, which was said already */
  readonly contract: Contract | undefined;
}

/** A merged service with every field read; without one when it could not be. All findings come at once. */
export function readService(
  merged: MergedService,
  around: ServiceSurroundings,
): { readonly service?: Service; readonly findings: readonly Finding[] } {
  const reader: Reader = { service: merged, findings: [] };
  const runtime = readRuntime(reader);
  const hosts = readHosts(reader, around);
  const health = readHealth(reader);
  const prepare = readPrepare(reader);
  const drain = readDrain(reader);
  const perUser = readPerUser(reader);
  const presenting = readPresenting(reader, around.verifiers);
  const verifying = readVerifying(
    reader,
    around.hosts.filter(({ name }) => hosts.includes(name)),
  );
  const { contract } = around;
  const values = contract === undefined ? {} : readValues(reader, contract);
  if (contract !== undefined) checkHeld(reader, contract);
  if (contract !== undefined && perUser === undefined) checkDerived(reader, contract);
  if (contract !== undefined && runtime !== undefined) checkReload(reader, { contract, runtime, health });
  if (runtime === undefined || contract === undefined) return { findings: reader.findings };
  const service: Service = {
    name: merged.name,
    base: merged.name,
    position: merged.locateKey([]),
    contract,
    runtime,
    hosts,
    order: around.order,
    values,
    health,
    prepare,
    ...(drain === undefined ? {} : { drain }),
    presents: [...presenting.keys()],
    presenting,
    verifies: [...verifying.keys()],
    verifying,
    ...(perUser === undefined ? {} : { perUser }),
  };
  return { service, findings: reader.findings };
}

function readHosts(reader: Reader, { hosts, environment }: ServiceSurroundings): readonly string[] {
  const { fields } = reader.service;
  const names = new Set(hosts.map((host) => host.name));
  const local = new Set(hosts.filter((host) => host.connection.kind === "local").map((host) => host.name));
  if (fields.hosts === undefined) {
    const usual = fields.runtime === "process" ? local : names;
    if (usual.size !== 1) {
      const one = fields.runtime === "process" ? "one local host" : "one host";
      report(reader, "manifest-missing", `hosts is missing, and ${environment} has not just ${one}`, []);
    }
    return [...usual];
  }
  fields.hosts.forEach((host, index) => checkHost(reader, host, { index, names, local, environment }));
  return [...new Set(fields.hosts)];
}

interface HostChoice {
  readonly index: number;
  readonly names: ReadonlySet<string>;
  readonly local: ReadonlySet<string>;
  readonly environment: string;
}

function checkHost(reader: Reader, host: string, { index, names, local, environment }: HostChoice): void {
  const path = ["hosts", index];
  if (!names.has(host)) {
    const close = nearest(host, [...names]);
    const guess = close === undefined ? `, it has ${[...names].join(", ")}` : `, did you mean ${close}?`;
    report(reader, "host-unknown", `${host} is no host of ${environment}${guess}`, path);
  } else if (reader.service.fields.runtime === "process" && !local.has(host)) {
    report(reader, "host-remote", `processes run on a local host, ${host} is reached by ssh`, path);
  }
}

const usuallyUnavailable = 5;

function readPerUser(reader: Reader): PerUser | undefined {
  const { fields } = reader.service;
  const { runtime, port } = fields;
  if (fields["per-user"] !== true) {
    for (const field of ["max-unavailable", "surfaces"] as const) {
      if (fields[field] !== undefined) report(reader, "manifest-conflict", `${field} needs per-user: true`, [field]);
    }
    return undefined;
  }
  if (runtime !== "docker" && runtime !== "process") {
    report(reader, "manifest-conflict", "per-user: expected runtime docker or process beside it", ["per-user"]);
  }
  if (fields.instances !== undefined) {
    report(reader, "manifest-conflict", "instances means nothing beside per-user", ["instances"]);
  }
  if (fields.prepare !== undefined) {
    report(reader, "manifest-conflict", "prepare would run once for each user", ["prepare"]);
  }
  if (port === undefined) report(reader, "manifest-missing", "port is missing, per-user needs it", ["per-user"]);
  return {
    port: port ?? 0,
    maxUnavailable: fields["max-unavailable"] ?? usuallyUnavailable,
    surfaces: fields.surfaces ?? [],
  };
}

function readValues(reader: Reader, contract: Contract): Readonly<Record<string, Template>> {
  const entries = Object.entries(reader.service.fields.values ?? {});
  return Object.fromEntries(entries.map(([name, value]) => [name, readValue(reader, contract, name, String(value))]));
}

function readValue(reader: Reader, contract: Contract, name: string, text: string): Template {
  const template = parseTemplate(text);
  const path = ["values", name];
  const variable = contract.variables.find((candidate) => candidate.name === name);
  if (variable === undefined) undeclared(reader, contract, name, path);
  if (templateFaults(text).length > 0) {
    report(reader, "reference-malformed", `${name}: expected \${NAME}, or $\${ for the text \${`, path);
  }
  const literal = template.map((part) => (part.kind === "text" ? part.text : "")).join("");
  const secret = variable?.sensitive === true && (referencesOf(template).length === 0 || hasUserinfo(literal));
  if (secret) report(reader, "secret-in-manifest", `${name} is sensitive: its value belongs into the store`, path);
  return template;
}

function undeclared(reader: Reader, contract: Contract, name: string, path: readonly string[]): void {
  const close = nearest(
    name,
    contract.variables.map((variable) => variable.name),
  );
  const guess = close === undefined ? "" : `, did you mean ${close}?`;
  const message = `${reader.service.name}: ${name} is not in ${contract.file}${guess}`;
  const position = reader.service.locateKey(path);
  reader.findings.push({ severity: "warning", code: "value-undeclared", message, position });
}

function checkDerived(reader: Reader, contract: Contract): void {
  const derived = contract.variables
    .filter(({ derive }) => derive !== undefined && derive.kind !== "jwt" && derive.kind !== "key-map")
    .map(({ name }) => name);
  if (derived.length === 0) return;
  report(reader, "derive-without-user", `${derived.join(", ")} is derived for each user, and per-user is not said`, []);
}

/** After a reload the process environment is that of the start: only the service itself can say what it carries. */
function checkReload(
  reader: Reader,
  { contract, runtime, health }: Pick<Service, "contract" | "runtime" | "health">,
): void {
  const reloaded = contract.variables.filter(({ restart }) => restart === "reload").map(({ name }) => name);
  const reports = health.some((check) => check.kind === "http" && check.release !== undefined);
  if (reloaded.length === 0 || reports || runtime.kind === "vite") return;
  reader.findings.push({
    severity: "error",
    code: "reload-unproved",
    message: `${reader.service.name}: ${reloaded.join(", ")} ${reloaded.length === 1 ? "is" : "are"} reloaded, and no health check tells the release that it carries then`,
    position: reader.service.locateKey(reader.service.fields.health === undefined ? [] : ["health"]),
    hint: `name the field of an http check that tells KEYTURN_RELEASE, as in { http: URL, release: release }, or write @restart=restart in ${contract.file}`,
  });
}
