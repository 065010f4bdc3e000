import type { Issuance, Rotation } from "#store";
import { inEnvironment, type Context } from "../context.ts";
import { issuerOf, outsideOf } from "./intent.ts";
import { markRevoking, tryRevoking, type Teller } from "./revoke.ts";

/**
 * What was made at a system that takes one value alone: the one before is refused there, until this one gives it its place
 * back. undefined where both are taken, and where it has given it back.
 */
export async function oneValueOf(context: Context, { id }: Rotation): Promise<Issuance | undefined> {
  const issuance = await inEnvironment(context, ({ issuances }) => issuances.find(id));
  if (issuance === undefined || issuance.state === "settled") return undefined;
  return (await issuerOf(context, outsideOf(issuance))).overlap ? undefined : issuance;
}

/** Where one value is taken alone, the way back begins outside. Gives what is in the way of it. */
export async function giveBackOutside(
  context: Context,
  rotation: Rotation,
  teller: Teller,
): Promise<string | undefined> {
  const issuance = await oneValueOf(context, rotation);
  if (issuance === undefined) return undefined;
  await inEnvironment(context, (environment) => markRevoking(environment, issuance.id, "revoking-new"));
  const { state, trouble = "" } = await tryRevoking(context, issuance.id, teller);
  return state === "settled" ? undefined : trouble;
}
