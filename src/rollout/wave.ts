import type { Waves } from "#contract";
import type { TargetPlan } from "#plan";

/** Targets that change together: one order, some hosts. Grouped by host, since a host is one stream. */
export interface Wave {
  readonly order: number;
  /** counts from 1 through the whole rollout */
  readonly number: number;
  /** how many waves the rollout has */
  readonly of: number;
  readonly hosts: readonly HostShare[];
}

export interface HostShare {
  /** the host's; of what runs for users each target is a share of its own, and its name is the target's */
  readonly name: string;
  readonly host: string;
  readonly targets: readonly TargetPlan[];
}

/**
 * Cuts a plan into waves: services of one order together (or all of them), hosts in the plan's own order, wave sizes as given; the last
 * size repeats, `rest` takes all that are left. `[1, "rest"]` lets one host go first, or one user's runtime.
 */
export function wavesOf(
  changes: readonly TargetPlan[],
  { sizes, together = false }: Pick<Waves, "sizes" | "together">,
): readonly Wave[] {
  const orders = [...new Set(changes.map((change) => change.order))].toSorted((a, b) => a - b);
  const steps = together ? [orders] : orders.map((order) => [order]);
  const groups = steps.flatMap((some) => {
    const own = changes.filter(({ order }) => some.includes(order));
    return cutWaves(sharesOf(own), sizes).map((hosts) => ({ order: some[0] ?? 0, hosts }));
  });
  return groups.map((group, index) => ({ ...group, number: index + 1, of: groups.length }));
}

/**
 * The name by which events tell of it. One user's runtime goes by itself: with a host's worth of them at once there would
 * be no canary.
 */
export function shareName({ alone, host, target }: Pick<TargetPlan, "alone" | "host" | "target">): string {
  return alone === true ? target : host;
}

function sharesOf(changes: readonly TargetPlan[]): readonly HostShare[] {
  const byName = Map.groupBy(changes, shareName);
  return [...byName].map(([name, targets]) => ({ name, host: targets[0]?.host ?? name, targets }));
}

/** What changes at one order, in groups by the sizes: see {@link wavesOf}. */
export function cutWaves<T>(shares: readonly T[], sizes: readonly (number | "rest")[]): readonly (readonly T[])[] {
  const groups: T[][] = [];
  for (let at = 0; at < shares.length;) {
    const size = sizes[Math.min(groups.length, sizes.length - 1)] ?? "rest";
    const group = shares.slice(at, size === "rest" ? undefined : at + Math.max(1, size));
    groups.push(group);
    at += group.length;
  }
  return groups;
}
