import { loaderReason } from "#access";
import type { Stock } from "#binding";
import { checkValue, resolveTemplate, type Referent, type Service, type Variable } from "#contract";
import type { Finding, Sensitive } from "#kernel";
import type { Scope } from "#store";
import { isGiven, spreadValues, type Row, type ScopedValue } from "./adoption-scope.ts";
import { isGranted } from "../value/declaration.ts";
import type { FoundTarget, FoundVariable } from "./found-target.ts";
import type { GrantKey } from "../value/grant.ts";

/** What taking over would do; values are inside, and leave it only for the store. */
export interface AdoptionPlan {
  readonly targets: readonly AdoptedTarget[];
  readonly puts: readonly AdoptedValue[];
  readonly grants: readonly GrantKey[];
  /** errors speak against it, warnings should be known */
  readonly findings: readonly Finding[];
}

export interface AdoptedTarget {
  readonly target: string;
  readonly variables: readonly AdoptedVariable[];
}

/** By name only. */
export interface AdoptedVariable {
  readonly name: string;
  readonly process: FoundVariable["process"];
  /** `differs`: another value is stored, this one is kept for here; `text`: manifest or contract say the same; `empty`: neither kept nor missed; `foreign`: the contract lacks it */
  readonly fate: "new" | "differs" | "stored" | "text" | "empty" | "foreign";
  readonly sensitive: boolean;
}

interface AdoptedValue extends ScopedValue {
  readonly name: string;
  readonly scope: Scope;
  readonly origin: string;
}

interface Place extends Row {
  readonly target: FoundTarget;
  readonly variable: Variable;
  readonly found: FoundVariable;
}

export function planAdoption(
  found: readonly FoundTarget[],
  { versions, opened, grants }: Stock,
  dropForeign: boolean,
): AdoptionPlan {
  const places = found.flatMap(placesOf);
  const stored = (name: string): readonly ScopedValue[] =>
    (versions.get(name) ?? []).flatMap(({ id, scope }) => {
      const value = opened.get(id);
      return value === undefined ? [] : [{ scope, value }];
    });
  const spreads = [...Map.groupBy(places, ({ found: { name } }) => name)].map(([name, rows]) => ({
    name,
    rows,
    ...spreadValues(
      rows,
      stored(name),
      rows.some(({ variable }) => variable.sensitive),
    ),
  }));
  const puts = spreads.flatMap(({ name, rows, puts }) =>
    puts.map((put) => ({ name, ...put, origin: originOf(put, rows) })),
  );
  const after = (name: string) => [...stored(name), ...puts.filter((put) => put.name === name)];
  return {
    targets: found.flatMap((target) => describe(target, places, stored)),
    puts,
    grants: wantedGrants(places, after).filter((key) => !isGranted(grants, key)),
    findings: [
      ...found.flatMap(({ findings }) => findings),
      ...places.flatMap(placeFindings),
      ...spreads.flatMap(({ contradicted }) => contradicted.map((row) => contradiction(row as Place))),
      ...found.flatMap((target) => foreignFindings(target, dropForeign)),
    ],
  };
}

/** An empty value that no text stands against says nothing, and is left out. */
function placesOf(target: FoundTarget): readonly Place[] {
  const { service, host, state } = target;
  if (state.kind !== "read") return [];
  const values = new Map(state.variables.map(({ name, value }) => [name, value]));
  return state.variables.flatMap((found): Place[] => {
    const variable = declared(service, found.name);
    if (variable === undefined) return [];
    const text = textOf(service, variable, values);
    if (found.value.byteLength === 0 && text === undefined) return [];
    const place = { service: service.name, host, value: found.value, target, variable, found };
    return [text === undefined ? place : { ...place, text }];
  });
}

/** What manifest or contract would give, references filled from the file itself. */
function textOf(service: Service, variable: Variable, values: ReadonlyMap<string, Sensitive>): Sensitive | undefined {
  const template = templateOf(service, variable);
  if (template === undefined) return undefined;
  const lookup = (name: string): Referent | undefined => {
    const other = declared(service, name);
    const value = values.get(name);
    if (other === undefined) return undefined;
    if (value !== undefined) return { kind: "value", value, sensitive: other.sensitive };
    const inner = templateOf(service, other);
    return inner === undefined ? undefined : { kind: "template", template: inner, sensitive: other.sensitive };
  };
  const resolved = resolveTemplate(template, { name: variable.name, position: variable.position, lookup });
  return resolved.kind === "resolved" ? resolved.value : undefined;
}

function templateOf({ values }: Service, { name, active, fallback }: Variable): Variable["fallback"] {
  return values[name] ?? (active ? fallback : undefined);
}

function declared({ contract }: Service, name: string): Variable | undefined {
  return contract.variables.find((variable) => variable.name === name);
}

/** The host where the value was seen first. */
function originOf({ value }: ScopedValue, rows: readonly Row[]): string {
  return `adopted:${rows.find((row) => row.value.equals(value))?.host ?? ""}`;
}

function wantedGrants(places: readonly Place[], stored: (name: string) => readonly ScopedValue[]): readonly GrantKey[] {
  return places
    .flatMap(({ service, found: { name } }): GrantKey[] => [
      ...(stored(name).length === 0 ? [] : [{ service, name, kind: "hold" as const }]),
      ...(loaderReason(name) === undefined ? [] : [{ service, name, kind: "loader" as const }]),
    ])
    .filter((key, index, all) => all.findIndex((one) => sameKey(one, key)) === index);
}

function sameKey(left: GrantKey, right: GrantKey): boolean {
  return left.service === right.service && left.name === right.name && left.kind === right.kind;
}

function describe(
  { target, service, state }: FoundTarget,
  places: readonly Place[],
  stored: (name: string) => readonly ScopedValue[],
): readonly AdoptedTarget[] {
  if (state.kind !== "read") return [];
  const variables = state.variables.map(({ name, process }): AdoptedVariable => {
    const variable = declared(service, name);
    if (variable === undefined) return { name, process, fate: "foreign", sensitive: true };
    const place = places.find((one) => one.target.target === target && one.found.name === name);
    return {
      name,
      process,
      fate: place === undefined ? "empty" : fateOf(place, stored(name)),
      sensitive: variable.sensitive,
    };
  });
  return [{ target, variables }];
}

function fateOf(place: Place, stored: readonly ScopedValue[]): AdoptedVariable["fate"] {
  if (!isGiven(place, stored)) return stored.length === 0 ? "new" : "differs";
  return stored.length === 0 ? "text" : "stored";
}

function placeFindings({ target: { target, service }, variable, found, text }: Place): readonly Finding[] {
  const findings: Finding[] = [];
  const { name, position } = variable;
  const say = (code: string, message: string, hint: string): void => {
    findings.push({ severity: "error", code, message, position, hint });
  };
  if (found.process === "different" || found.process === "absent") {
    const what = found.process === "different" ? "has another value than" : "lacks what is in";
    say(
      "process-differs",
      `${name} of ${target}: the running process ${what} the file`,
      "restart it, or mend the file: one of them has to be right",
    );
  }
  if (variable.type.kind === "file" && text?.equals(found.value) !== true) {
    say(
      "file-variable",
      `${name} of ${target} is a file variable: the machine has a path in it, and adopt reads no other file`,
      `give that path under values: in keyturn.yaml; later \`keyturn set ${name} --file PATH\` stores the content`,
    );
  }
  const reason = checkValue(variable, found.value);
  if (reason !== undefined) {
    say(
      "invalid",
      `${name} of ${target} ${reason}, as ${service.name} declares it`,
      `mend the file, or ${service.contract.file}`,
    );
  }
  return findings;
}

function contradiction({ target: { target, service, host }, variable: { name, position } }: Place): Finding {
  return {
    severity: "error",
    code: "stored-differs",
    message: `${name} of ${target} is not the value that is stored for exactly this target`,
    position,
    hint: `\`keyturn history ${name}\` shows where that came from; for ${service.name} on ${host} one of the two has to be right`,
  };
}

function foreignFindings({ target, service, state }: FoundTarget, dropForeign: boolean): readonly Finding[] {
  if (state.kind !== "read") return [];
  const names = state.variables.map(({ name }) => name).filter((name) => declared(service, name) === undefined);
  if (names.length === 0) return [];
  const message = `${target} has ${names.join(", ")}, which its contract lacks`;
  const hint = dropForeign
    ? "the next apply that writes this file leaves them out"
    : `add them to ${service.contract.file}, or give --drop-foreign: the next apply would leave them out`;
  return [{ severity: dropForeign ? "warning" : "error", code: "foreign", message, hint }];
}
