import { formatTemplate } from "../template.ts";
import type { HostEntry, Platform, Service } from "../platform.ts";
import type { DeriveRule, Requirement, Variable, VariableType } from "../variable.ts";

/** What the pages say, before it is Markdown or HTML. Never a value of a secret, nor an example of one. */
export interface Reference {
  readonly platform: string;
  readonly environment: string;
  readonly services: readonly ReferenceService[];
  readonly secrets: readonly ReferenceSecret[];
}

export interface ReferenceService {
  readonly name: string;
  readonly contract: string;
  /** where its environment is put: a file on hosts, a build, a local process */
  readonly place: string;
  readonly variables: readonly ReferenceVariable[];
}

export interface ReferenceVariable {
  readonly name: string;
  readonly type: string;
  readonly required: string;
  /** empty where there is none, or where it may not be shown */
  readonly fallback: string;
  readonly meaning: string;
  readonly sensitive: boolean;
  readonly docs?: string;
}

export interface ReferenceSecret {
  readonly name: string;
  readonly services: readonly string[];
  readonly places: readonly string[];
  readonly origin: string;
}

export function describeReference(platform: Platform): Reference {
  return {
    platform: platform.name,
    environment: platform.environment.name,
    services: platform.services.map((service) => ({
      name: service.name,
      contract: service.contract.file,
      place: placeOf(service, platform.hosts),
      variables: service.contract.variables.map((variable) => describeVariable(service, variable)),
    })),
    secrets: describeSecrets(platform),
  };
}

function describeVariable(service: Service, variable: Variable): ReferenceVariable {
  const { name, description, sensitive, docs } = variable;
  const given = Object.hasOwn(service.values, name) ? service.values[name] : undefined;
  const template = given ?? variable.fallback;
  return {
    name,
    type: describeType(variable.type),
    required: describeRequirement(variable.requirement),
    // a sensitive template holds references only
    fallback: template === undefined ? "" : formatTemplate(template),
    meaning: description.replaceAll("\n", " ").trim(),
    sensitive,
    ...(docs === undefined ? {} : { docs }),
  };
}

function describeRequirement(requirement: Requirement): string {
  if (requirement.kind === "if") return `if ${requirement.name} is ${requirement.equals}`;
  return requirement.kind === "always" ? "yes" : "no";
}

function describeType(type: VariableType): string {
  switch (type.kind) {
    case "url":
      return type.schemes.length === 0 ? "url" : `url (${type.schemes.join(", ")})`;
    case "enum":
      return `one of ${type.values.join(", ")}`;
    case "string":
      return type.minLength === undefined ? "string" : `string of at least ${type.minLength}`;
    case "integer":
      return range(type.min, type.max);
    case "port":
    case "number":
    case "boolean":
    case "email":
    case "json":
    case "pem":
    case "base64":
    case "hex":
    case "file":
      return type.kind;
  }
}

function range(min: number | undefined, max: number | undefined): string {
  if (min === undefined && max === undefined) return "integer";
  return `integer${min === undefined ? "" : ` from ${min}`}${max === undefined ? "" : ` to ${max}`}`;
}

function placeOf({ runtime, hosts }: Service, all: readonly HostEntry[]): string {
  const where = hosts.length === all.length && all.length > 1 ? "every host" : hosts.join(", ");
  switch (runtime.kind) {
    case "systemd":
    case "compose":
      return `${runtime.file.path} on ${where}`;
    case "vite":
      return `the build of ${runtime.directory}, published on ${where}`;
    case "docker":
      return `container ${runtime.container} on ${where}`;
    case "process":
      return `the local process in ${runtime.directory}`;
  }
}

function describeSecrets({ services, hosts, sources }: Platform): readonly ReferenceSecret[] {
  const entries = services.flatMap((service) =>
    service.contract.variables.filter((variable) => variable.sensitive).map((variable) => ({ service, variable })),
  );
  const names = [...new Set(entries.map(({ variable }) => variable.name))].toSorted();
  return names.map((name) => {
    const holders = entries.filter(({ variable }) => variable.name === name);
    return {
      name,
      services: holders.map(({ service }) => role(service, name)),
      places: [...new Set(holders.map(({ service }) => placeOf(service, hosts)))],
      origin: originOf(
        holders.map(({ variable }) => variable),
        sources.map((source) => source.kind),
      ),
    };
  });
}

function role({ name, presents, verifies }: Service, secret: string): string {
  const roles = [presents.includes(secret) ? "presents" : "", verifies.includes(secret) ? "verifies" : ""].filter(
    (word) => word !== "",
  );
  return roles.length === 0 ? name : `${name} (${roles.join(", ")})`;
}

function deriveText(rule: DeriveRule): string {
  if (rule.kind === "user") return "the user's id";
  if (rule.kind === "key-map") return `made of ${rule.key} and ${rule.root}`;
  if (rule.kind === "jwt") return `signed with ${rule.root}`;
  return `derived from ${rule.root} for each user (${rule.kind})`;
}

/** Where a person gets it, or how it is made, and where Keyturn reads it. */
function originOf(variables: readonly Variable[], sources: readonly string[]): string {
  const parts = variables.flatMap((variable) => [
    variable.where ?? "",
    variable.derive === undefined ? "" : deriveText(variable.derive),
    variable.generate === undefined ? "" : `generated (${variable.generate.kind})`,
    variable.provider === undefined ? "" : `provider ${variable.provider}`,
  ]);
  const known = [...new Set(parts.filter((part) => part !== ""))];
  return [...known, `read from: ${sources.join(", ")}`].join("; ");
}
