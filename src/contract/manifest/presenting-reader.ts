import type { Presenting } from "../holder.ts";
import type { FieldPath } from "./document.ts";
import { detailsOf, namesOf, readReport } from "./holder-reader.ts";
import type { RawPresenting } from "./holder-schema.ts";
import type { MergedService } from "./merge.ts";
import { nearest } from "./nearest.ts";
import { report, type Reader } from "./runtime-reader.ts";

/** Who verifies what in an environment. */
export interface Verifiers {
  readonly bySecret: ReadonlyMap<string, readonly string[]>;
  /** services of this environment */
  readonly names: ReadonlySet<string>;
  /** every service that the manifest names anywhere */
  readonly allNames: readonly string[];
}

export function verifiersAmong(services: readonly MergedService[], allNames: readonly string[]): Verifiers {
  const bySecret = new Map<string, string[]>();
  for (const { name, fields } of services) {
    for (const secret of new Set(namesOf(fields.verifies))) {
      const known = bySecret.get(secret);
      if (known === undefined) bySecret.set(secret, [name]);
      else known.push(name);
    }
  }
  return { bySecret, names: new Set(services.map(({ name }) => name)), allNames };
}

/** The shared secrets that a service presents, and to whom. */
export function readPresenting(reader: Reader, verifiers: Verifiers): ReadonlyMap<string, Presenting> {
  const said = detailsOf<RawPresenting>(reader.service.fields.presents);
  return new Map(said.map(([name, details]) => [name, readDetails(reader, verifiers, name, details)]));
}

function readDetails(
  reader: Reader,
  verifiers: Verifiers,
  name: string,
  { to, report: told }: Partial<RawPresenting>,
): Presenting {
  const path = ["presents", name];
  const verifying = verifiers.bySecret.get(name) ?? [];
  const named = new Set(to ?? verifying.filter((service) => service !== reader.service.name));
  to?.forEach((service, index) => checkVerifier(reader, verifiers, { name, service, path: [...path, "to", index] }));
  return {
    to: verifying.filter((service) => named.has(service)),
    ...(told === undefined ? {} : { report: readReport(reader, told, [...path, "report"]) }),
  };
}

interface Named {
  readonly name: string;
  readonly service: string;
  readonly path: FieldPath;
}

/** One that is left out in this environment is known, and presented nothing here. */
function checkVerifier(reader: Reader, { bySecret, names, allNames }: Verifiers, { name, service, path }: Named): void {
  if (names.has(service)) {
    if (bySecret.get(name)?.includes(service) === true) return;
    report(reader, "verifier-unknown", `${service} does not say that it verifies ${name}`, path);
    return;
  }
  if (allNames.includes(service)) return;
  const close = nearest(service, allNames);
  const guess = close === undefined ? "" : `, did you mean ${close}?`;
  report(reader, "service-unknown", `presents ${name} to ${service}, which is no service${guess}`, path);
}
