import type { TargetPlan } from "#plan";

/** Targets that change together: one order, some hosts. Grouped by host, since a host is one stream. */
export interface Wave {
  readonly order: number;
  /** counts from 1 within its order */
  readonly number: number;
  /** how many waves its order has */
  readonly of: number;
  readonly hosts: readonly HostShare[];
}

export interface HostShare {
  readonly host: string;
  readonly targets: readonly TargetPlan[];
}

/**
 * Cuts a plan into waves: services of one order together, hosts in the plan's own order, wave sizes as given; the last
 * size repeats, `rest` takes all that are left. `[1, "rest"]` lets one host go first.
 */
export function wavesOf(changes: readonly TargetPlan[], sizes: readonly (number | "rest")[]): readonly Wave[] {
  const orders = [...new Set(changes.map((change) => change.order))].toSorted((a, b) => a - b);
  return orders.flatMap((order) =>
    orderWaves(
      order,
      changes.filter((change) => change.order === order),
      sizes,
    ),
  );
}

function orderWaves(
  order: number,
  changes: readonly TargetPlan[],
  sizes: readonly (number | "rest")[],
): readonly Wave[] {
  const shares = [...Map.groupBy(changes, (change) => change.host)].map(([host, targets]) => ({ host, targets }));
  const groups: HostShare[][] = [];
  for (let at = 0; at < shares.length;) {
    const size = sizes[Math.min(groups.length, sizes.length - 1)] ?? "rest";
    const group = shares.slice(at, size === "rest" ? undefined : at + Math.max(1, size));
    groups.push(group);
    at += group.length;
  }
  return groups.map((hosts, index) => ({ order, number: index + 1, of: groups.length, hosts }));
}
