import type { Issuance } from "#store";
import { demand } from "../authority.ts";
import { inEnvironment, type Context } from "../context.ts";
import type { RotationEvent } from "../event.ts";
import { withLease } from "../deploy/lease.ts";
import { markRevoking, tryRevoking } from "./revoke.ts";

/**
 * Tries again what could not be ended outside and whose time has come, and takes back what was begun there by somebody who
 * was cut short. Gives what it tried. LEASE_HELD while somebody is at work: they may be about to keep it.
 */
export async function revokeWaiting(
  context: Context,
  teller: { readonly onEvent: (event: RotationEvent) => void },
): Promise<readonly Issuance[]> {
  demand(context, "operator");
  if ((await dueIn(context)).length === 0) return [];
  return withLease(context, "what is left to revoke", async () => {
    const tried: Issuance[] = [];
    for (const { id, state } of await dueIn(context)) {
      if (state === "intended") {
        await inEnvironment(context, (environment) => markRevoking(environment, id, "revoking-new"));
      }
      tried.push(await tryRevoking(context, id, teller));
    }
    return tried;
  });
}

/** An environment that was never used is not made for this. */
async function dueIn(context: Context): Promise<readonly Issuance[]> {
  const { environment, clock } = context;
  const store = await context.openStore();
  const all = await store.read(async (tx) => (await (await tx.environment(environment))?.issuances.open()) ?? []);
  return all.filter(({ state, nextAt = 0 }) => state !== "issued" && nextAt <= clock.now());
}
