import { promotes, readIssuerText } from "#contract";
import type { Issuance, Rotation } from "#store";
import { inEnvironment, type Context } from "../context.ts";
import { markRevoking, tryRevoking, type Teller } from "./revoke.ts";

/**
 * Puts the new value in the place of the old one, at a system that uses it towards services as well: once everything takes
 * both, and before anything forgets the old one. Gives what is in the way.
 */
export async function promoteOutside(
  context: Context,
  rotation: Rotation,
  teller: Teller,
): Promise<string | undefined> {
  const { id, step, steps } = rotation;
  const next = steps[step];
  if (next !== undefined && next.phase !== "forget") return undefined;
  const issuance = await inEnvironment(context, ({ issuances }) => issuances.find(id));
  if (issuance === undefined || issuance.state === "settled" || !isPromoting(issuance)) return undefined;
  await inEnvironment(context, (environment) => markRevoking(environment, id, "revoking-old"));
  const { state, trouble = "" } = await tryRevoking(context, id, teller);
  return state === "settled" ? undefined : trouble;
}

/** Of a rotation that is open: the old value has ended outside, or may have. There is only forward. */
export function hasPromoted(issuance: Issuance | undefined): boolean {
  if (issuance === undefined || !isPromoting(issuance)) return false;
  return issuance.state === "revoking-old" || issuance.state === "settled";
}

function isPromoting({ issuer }: Issuance): boolean {
  const entry = readIssuerText(issuer);
  return entry !== undefined && promotes(entry);
}
