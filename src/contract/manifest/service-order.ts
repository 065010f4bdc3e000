import type { Finding } from "#kernel";
import type { MergedService } from "./merge.ts";
import { nearest } from "./nearest.ts";

/** Distance between a service and one that it goes after; also where services begin that say nothing. */
const step = 10;

export interface OrderResult {
  readonly order: ReadonlyMap<string, number>;
  readonly findings: readonly Finding[];
}

/** Numbers from `order:`, or one step behind the last of `after:`. */
export function orderServices(services: readonly MergedService[], allNames: readonly string[]): OrderResult {
  const byName = new Map(services.map((service) => [service.name, service]));
  const order = new Map<string, number>();
  const findings = services.flatMap((service) => afterFindings(service, allNames));
  const visit = (service: MergedService, trail: readonly string[]): number => {
    const known = order.get(service.name);
    if (known !== undefined) return known;
    if (trail.includes(service.name)) {
      findings.push(cycle(service, [...trail.slice(trail.indexOf(service.name)), service.name]));
      return step;
    }
    // a service that is left out in this environment is waited for by nobody
    const before = (service.fields.after ?? []).flatMap((name) => byName.get(name) ?? []);
    const reached = before.map((other) => visit(other, [...trail, service.name]) + step);
    const number = service.fields.order ?? Math.max(step, ...reached);
    order.set(service.name, number);
    return number;
  };
  for (const service of services) visit(service, []);
  return { order, findings };
}

function afterFindings(service: MergedService, allNames: readonly string[]): Finding[] {
  const { after = [], order } = service.fields;
  const findings: Finding[] = after.flatMap((name, index) => {
    if (allNames.includes(name)) return [];
    const close = nearest(name, allNames);
    const message = `${service.name}: after names ${name}, which is no service${close === undefined ? "" : `, did you mean ${close}?`}`;
    return [{ severity: "error", code: "service-unknown", message, position: service.locate(["after", index]) }];
  });
  if (order === undefined || after.length === 0) return findings;
  const message = `${service.name}: expected order or after, not both`;
  return [
    ...findings,
    { severity: "error", code: "manifest-conflict", message, position: service.locateKey(["after"]) },
  ];
}

function cycle(service: MergedService, names: readonly string[]): Finding {
  const message = `after goes in a circle: ${names.join(" → ")}`;
  return { severity: "error", code: "order-cycle", message, position: service.locate(["after"]) };
}
