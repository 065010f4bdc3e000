import type { HostEntry } from "#contract";
import { addressOf } from "#delivery";
import { helperVersion, type TargetObservation } from "#host";
import { AppError } from "#kernel";
import type { Context } from "../context.ts";
import { servicesToPrepare } from "./host-needs.ts";

export interface ListedHost {
  readonly name: string;
  /** `local`, or what ssh is given */
  readonly address: string;
  readonly services: readonly string[];
  readonly state: HostState;
  /** who owns targets there: `platform/environment/store`; more than one is worth a look */
  readonly owners: readonly string[];
}

export type HostState =
  | { readonly kind: "ready"; readonly helper?: number }
  | { readonly kind: "excluded" }
  | { readonly kind: "unused" }
  | { readonly kind: "unprepared" | "unreachable"; readonly code: string; readonly message: string };

/** Every host of the environment: reachable, prepared, and whose. Changes nothing. */
export async function listHosts(context: Context): Promise<readonly ListedHost[]> {
  const { platform } = await context.loadPlatform();
  return Promise.all(
    platform.hosts.map(async (entry) => {
      const targets = platform.services.filter(({ hosts }) => hosts.includes(entry.name));
      const addresses = targets.map((service) => addressOf(service, entry.name));
      const { state, observations } = await look(context, entry, addresses);
      const withHelper = state.kind === "ready" && servicesToPrepare(platform, entry.name).length > 0;
      return {
        name: entry.name,
        address: entry.connection.kind === "local" ? "local" : entry.connection.address,
        services: targets.map(({ name }) => name),
        state: withHelper ? { kind: "ready", helper: helperVersion } : state,
        owners: ownersOf(observations),
      };
    }),
  );
}

interface Look {
  readonly state: HostState;
  readonly observations: readonly TargetObservation[];
}

async function look(
  context: Context,
  entry: HostEntry,
  addresses: Parameters<ReturnType<Context["connect"]>["observe"]>[0],
): Promise<Look> {
  if (entry.excluded) return { state: { kind: "excluded" }, observations: [] };
  if (addresses.length === 0) return { state: { kind: "unused" }, observations: [] };
  try {
    return { state: { kind: "ready" }, observations: await context.connect(entry).observe(addresses) };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { code, message } = error;
    // whatever the helper itself refused was said by a machine that can be reached
    const kind = code.startsWith("HOST_KEY_") || code === "HOST_UNREACHABLE" ? "unreachable" : "unprepared";
    return { state: { kind, code, message }, observations: [] };
  }
}

function ownersOf(observations: readonly TargetObservation[]): readonly string[] {
  const owners = observations.flatMap(({ owner }) => (owner.kind === "owned" ? [owner.owner] : []));
  return [...new Set(owners)];
}
