import { returnRequests, sweepRequests } from "#delivery";
import { checksFor, hostOf, send, type HostChange } from "./change-host.ts";
import type { Failure, RolloutOutcome } from "./event.ts";
import type { RolloutInput } from "./roll-out.ts";

/**
 * Brings every host that has changed back to its previous file, newest change first, restarts and verifies it there.
 * A host that can't go back is named with the reason; the others go back all the same.
 */
export async function returnHosts(
  input: RolloutInput,
  changed: readonly HostChange[],
  failure: Failure,
): Promise<RolloutOutcome> {
  await sweepStaged(input, failure, changed);
  if (changed.length === 0) return { kind: "untouched", failure };
  const hosts = [...new Set(changed.map(({ host }) => host))];
  input.onEvent({ kind: "return", hosts, reason: failure.detail });
  const stranded: { target: string; detail: string }[] = [];
  for (const change of changed.toReversed()) {
    const sent = await send(input, hostOf(input, change.host), returnRequests(change.deliveries, checksFor(input)));
    if (sent.failure !== undefined) stranded.push({ target: sent.failure.target, detail: sent.failure.detail });
  }
  return stranded.length === 0
    ? { kind: "returned", failure, hosts }
    : { kind: "stranded", failure, targets: stranded };
}

/** A host where staging failed holds what was staged before; it is swept, and unreachable hosts are swept next time. */
async function sweepStaged(input: RolloutInput, failure: Failure, changed: readonly HostChange[]): Promise<void> {
  if (failure.step !== "stage" || changed.some(({ host }) => host === failure.host)) return;
  const deliveries = input.deliveries.filter(({ plan }) => plan.host === failure.host);
  await send(input, hostOf(input, failure.host), sweepRequests(deliveries));
}
