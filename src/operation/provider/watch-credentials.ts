import type { ProbePeriod } from "#store";
import { demand } from "../authority.ts";
import { readEnvironment, type Context } from "../context.ts";
import { probeCredentials, type ProbedCredential } from "./probe.ts";

/** A credential whose state is another one than the probe before found; of one that was never probed, a bad one. */
export interface StateChange extends Pick<ProbedCredential, "provider" | "name" | "state" | "meaning" | "advice"> {
  readonly environment: string;
  readonly before?: string;
}

/** Probes every credential that may be probed without a question, and tells what changed. */
export async function watchCredentials(
  context: Context,
  { nearby }: { readonly nearby: boolean },
): Promise<readonly StateChange[]> {
  demand(context, "operator");
  await context.loadPlatform();
  const earlier = await readEnvironment(context, ({ probes }) => probes.list());
  const found = await probeCredentials(context, { nearby, newAddress: false });
  return found.flatMap((one) => change(context.environment, one, earlier) ?? []);
}

/** Where nobody was asked, nothing is known to have changed. */
function change(
  environment: string,
  { provider, name, version, state, meaning, advice, since }: ProbedCredential,
  earlier: readonly ProbePeriod[],
): StateChange | undefined {
  if (since === undefined) return undefined;
  const last = earlier.find((one) => one.provider === provider && one.name === name && one.version === version);
  if (state === (last?.state ?? "ok")) return undefined;
  return { environment, provider, name, state, meaning, advice, ...(last === undefined ? {} : { before: last.state }) };
}
