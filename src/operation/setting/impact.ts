import type { Platform } from "#contract";
import { cutWaves } from "#rollout";
import type { StoredRuntime } from "#store";
import type { SettingSlot } from "./slot.ts";

/** Whom a change of settings reaches, and for how long it is at work. */
export interface Impact {
  readonly runtimes: number;
  readonly waves: number;
  /** an estimate: a runtime takes a few seconds, and some go at once */
  readonly seconds: number;
}

/** Seconds that one runtime takes to be made, to be healthy and to take the old one's place, as measured on small machines. */
const perRuntime = 4;

export function impactOf(
  { waves: { sizes, soak } }: Platform,
  slots: readonly SettingSlot[],
  runtimes: readonly StoredRuntime[],
): Impact {
  const services = new Map(slots.flatMap(({ services }) => services.map((service) => [service.name, service])));
  const reached = runtimes.filter(({ service }) => services.has(service));
  const atOnce = Math.min(...[...services.values()].map(({ perUser }) => perUser?.maxUnavailable ?? 1), Infinity);
  const groups = cutWaves(reached, sizes);
  const rounds = groups.reduce((sum, group) => sum + Math.ceil(group.length / atOnce), 0);
  const seconds = rounds * perRuntime + (groups.length * soak) / 1000;
  return { runtimes: reached.length, waves: groups.length, seconds: Math.round(seconds) };
}
