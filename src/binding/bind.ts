import { checkValue, requirementMet, resolveTemplate, type Referent, type Service, type Variable } from "#contract";
import { Sensitive, type Finding, type Position } from "#kernel";
import type { Version } from "#store";
import { grantFindings, mayHold } from "./grant.ts";
import { besideOf } from "./beside.ts";
import { derivedSource, type DerivedSource } from "./derived-source.ts";
import { givenVersion } from "./given-version.ts";
import { placeOf, type Place } from "./scope.ts";
import type { Stock } from "./stock.ts";
import { isFileContent, type BoundVariable } from "./bound.ts";

export interface Bound {
  readonly variables: readonly BoundVariable[];
  /** errors stop a deploy; all of them at once */
  readonly findings: readonly Finding[];
}

/**
 * Which value each variable of a service gets on a host: a stored one before the manifest's before the contract's.
 * Stored bytes are taken as they are; text of manifest and contract may refer to other variables of the same service.
 */
export function bindService(service: Service, host: string, stock: Stock): Bound {
  const place = placeOf(service, host);
  const ungranted = grantFindings(service, place, stock);
  const findings: Finding[] = [...ungranted];
  const variables: BoundVariable[] = [];
  // what is wrong with these is said already: that they lack a value as well would mislead
  const named = new Set(ungranted.map(({ name }) => name));
  for (const variable of service.contract.variables) {
    const found = bindVariable(variable, service, place, stock);
    findings.push(...found.findings);
    if (found.findings.length > 0) named.add(variable.name);
    if (found.bound !== undefined) variables.push(found.bound);
  }
  const beside = variables.flatMap((bound) => besideOf(bound, service, place, stock));
  const others = variables.filter(({ name }) => !beside.some((one) => one.name === name));
  const all = [...others, ...beside];
  return { variables: all, findings: [...findings, ...missing(service, all, named), ...undeclared(service)] };
}

interface Found {
  readonly bound?: BoundVariable;
  readonly findings: readonly Finding[];
}

function bindVariable(variable: Variable, service: Service, place: Place, stock: Stock): Found {
  const source = sourceOf(variable, service, place, stock);
  if (source.kind === "none") return { findings: [] };
  if (source.kind === "rootless") {
    const { root } = source;
    const message = `${variable.name} is derived from ${root}, which has no value`;
    return { findings: [{ ...finding(variable, "missing", message), hint: `keyturn set ${root}` }] };
  }
  if (source.kind === "unfit")
    return { findings: [finding(variable, "invalid", `${variable.name}: ${source.reason}`)] };
  if (source.kind === "unreadable") {
    return { findings: [finding(variable, "unreadable", `${variable.name} is stored but can't be opened`)] };
  }
  const resolved = resolve(variable, source, service, place, stock);
  if (resolved.kind === "unresolved") return { findings: resolved.findings };
  const { value } = resolved;
  const reason = checkValue(variable, value);
  const position = positionOf(variable, source, service);
  const findings =
    reason === undefined ? [] : [{ ...finding(variable, "invalid", `${variable.name} ${reason}`), position }];
  const sensitive = resolved.sensitive || variable.sensitive;
  const base = { name: variable.name, sensitive, variable, value };
  if (source.kind === "stored") {
    const { id, number, scope, fingerprint } = source.version;
    const bound = { ...base, fingerprint, version: { id, number, scope }, origin: "store" };
    return { findings: [...findings, ...fileNowhere(bound, service)], bound };
  }
  const fingerprint = stock.fingerprint(variable.name, value);
  const holds = source.kind === "derived" && source.holds !== undefined ? { holds: source.holds } : {};
  return { findings, bound: { ...base, fingerprint, origin: source.kind, ...holds } };
}

function fileNowhere(bound: BoundVariable, { runtime }: Service): readonly Finding[] {
  if ((runtime.kind !== "vite" && runtime.kind !== "docker") || !isFileContent(bound)) return [];
  const what = runtime.kind === "vite" ? "a bundle" : "a container that Keyturn makes";
  return [finding(bound.variable, "file-nowhere", `${bound.name} is a file variable, and ${what} has no place for it`)];
}

type ValueSource =
  | { readonly kind: "stored"; readonly version: Version; readonly value: Sensitive }
  | { readonly kind: "manifest" | "contract"; readonly template: NonNullable<Variable["fallback"]> }
  | DerivedSource;

function sourceOf(variable: Variable, service: Service, place: Place, stock: Stock): ValueSource {
  const { derive } = variable;
  if (derive?.kind === "jwt" || derive?.kind === "key-map" || (derive !== undefined && service.user !== undefined))
    return derivedSource(variable, service, place, stock);
  const version = givenVersion(variable, service, place, stock);
  if (version !== undefined && mayHold(service.base, variable.name, stock.grants)) {
    const value = stock.opened.get(version.id);
    return value === undefined ? { kind: "unreadable" } : { kind: "stored", version, value };
  }
  const given = service.values[variable.name];
  if (given !== undefined) return { kind: "manifest", template: given };
  // an optional variable that is commented out applies only where someone gives it a value
  if (variable.active && variable.fallback !== undefined) return { kind: "contract", template: variable.fallback };
  return { kind: "none" };
}

function resolve(
  variable: Variable,
  source: Exclude<ValueSource, { kind: "none" | "unreadable" | "rootless" | "unfit" }>,
  service: Service,
  place: Place,
  stock: Stock,
) {
  if (source.kind === "stored") {
    return { kind: "resolved" as const, value: source.value, sensitive: source.version.sensitive };
  }
  if (source.kind === "derived") return { kind: "resolved" as const, value: source.value, sensitive: source.sensitive };
  const lookup = (name: string): Referent | undefined => referent(name, service, place, stock);
  return resolveTemplate(source.template, {
    name: variable.name,
    position: positionOf(variable, source, service),
    lookup,
  });
}

function referent(name: string, service: Service, place: Place, stock: Stock): Referent | undefined {
  const variable = service.contract.variables.find((candidate) => candidate.name === name);
  if (variable === undefined) return undefined;
  const source = sourceOf(variable, service, place, stock);
  if (source.kind !== "stored" && source.kind !== "derived" && !("template" in source)) return undefined;
  const { sensitive } = variable;
  if (source.kind === "derived")
    return { kind: "value", value: source.value, sensitive: sensitive || source.sensitive };
  return source.kind === "stored"
    ? { kind: "value", value: source.value, sensitive: sensitive || source.version.sensitive }
    : { kind: "template", template: source.template, sensitive };
}

/** Text of the manifest is mended there, everything else is about the contract's line. */
function positionOf(variable: Variable, { kind }: ValueSource, service: Service): Position {
  return kind === "manifest" ? service.position : variable.position;
}

function missing(service: Service, bound: readonly BoundVariable[], named: ReadonlySet<string>): readonly Finding[] {
  const values = new Map(bound.map(({ name, value }) => [name, value]));
  return (
    service.contract.variables
      // without a user there is nothing to derive for yet
      .filter(
        (variable) => variable.derive === undefined || service.perUser === undefined || service.user !== undefined,
      )
      .filter((variable) => !named.has(variable.name) && !requirementMet(variable, (name) => values.get(name)))
      .map((variable) => ({
        ...finding(variable, "missing", `${variable.name} has no value for ${service.name}`),
        hint: howToGive(variable),
      }))
  );
}

function howToGive(variable: Variable): string {
  if (variable.generate !== undefined) return `keyturn generate ${variable.name}`;
  const where = variable.where === undefined ? "" : ` (from: ${variable.where})`;
  return `keyturn set ${variable.name}${where}`;
}

function undeclared(service: Service): readonly Finding[] {
  const declared = new Set(service.contract.variables.map(({ name }) => name));
  return Object.keys(service.values)
    .filter((name) => !declared.has(name))
    .map((name) => ({
      severity: "error",
      code: "undeclared",
      message: `the manifest gives ${name} to ${service.name}, but its contract does not have it`,
      position: service.position,
      hint: `add ${name} to ${service.contract.file}`,
    }));
}

function finding(variable: Variable, code: string, message: string): Finding {
  return { severity: "error", code, message, position: variable.position };
}
