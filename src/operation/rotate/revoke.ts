import { AppError } from "#kernel";
import type { EnvironmentStore, Issuance } from "#store";
import { record } from "../change.ts";
import { inEnvironment, readEnvironment, type Context } from "../context.ts";
import type { RotationEvent } from "../event.ts";
import { openIntent, type Made } from "./intent.ts";

/** Before another try, milliseconds; the last one for ever. */
const pauses = [60_000, 300_000, 1_800_000, 7_200_000, 21_600_000] as const;

export interface Teller {
  readonly onEvent: (event: RotationEvent) => void;
}

/**
 * From here on that value is to end outside, whatever becomes of this process. False where there is nothing that would
 * have to: nobody but the store knows it, or it has ended.
 */
export async function markRevoking(
  { issuances }: Pick<EnvironmentStore, "issuances">,
  id: string,
  state: "revoking-old" | "revoking-new",
): Promise<boolean> {
  const issuance = await issuances.find(id);
  if (issuance === undefined || issuance.state === "settled") return false;
  if (issuance.state !== state) await issuances.move(id, state);
  return true;
}

/** Takes back outside what may have been made there, and that the store never got; gives what is left of that, or undefined. */
export async function withdraw(
  context: Context,
  id: string,
  teller: Teller,
  made?: Made,
): Promise<Issuance | undefined> {
  const isOurs = await inEnvironment(context, async (environment) => {
    const issuance = await environment.issuances.find(id);
    return issuance?.state === "intended" && markRevoking(environment, id, "revoking-new");
  });
  return isOurs ? tryRevoking(context, id, teller, made) : undefined;
}

/** Once; gives how it is behind that. What can't be done now waits, each time longer. */
export async function tryRevoking(context: Context, id: string, { onEvent }: Teller, made?: Made): Promise<Issuance> {
  const waiting = await findIssuance(context, id);
  const which = waiting.state === "revoking-old" ? "old" : "new";
  let where = "";
  try {
    const { issuer, intent } = await openIntent(context, id, made);
    ({ where } = issuer);
    await issuer.revoke(intent, which);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    onEvent({ kind: "issuer", where, state: "waiting", detail: error.message });
    for (const { message } of error.findings) onEvent({ kind: "issuer", where, state: "notice", detail: message });
    const stays = error.code === "ISSUER_REFUSED" && which === "old" && (await isOpen(context, id));
    return stays ? unrevoke(context, waiting, error.message) : postpone(context, waiting, error.message);
  }
  onEvent({ kind: "issuer", where, state: "revoked", detail: `the ${which} value` });
  await inEnvironment(context, async ({ issuances, rotations }, tx) => {
    await issuances.move(id, "settled");
    const rotation = await rotations.find(id);
    const entry = { kind: "revoked", subject: where, detail: `the ${which} value` };
    if (rotation !== undefined) await rotations.append(id, { step: rotation.step, ...entry });
    await record(context, tx, { action: "issuer.revoke", subject: waiting.name, detail: { rotation: id, which } });
  });
  return findIssuance(context, id);
}

function isOpen(context: Context, id: string): Promise<boolean> {
  return readEnvironment(context, async ({ rotations }) => (await rotations.find(id))?.state === "open");
}

/** Nothing changed outside, and the value before is still in use: there is a way back again. */
async function unrevoke(context: Context, waiting: Issuance, trouble: string): Promise<Issuance> {
  await inEnvironment(context, ({ issuances }) => issuances.move(waiting.id, "issued"));
  return { ...waiting, state: "issued", trouble };
}

async function postpone(context: Context, { id, attempts }: Issuance, trouble: string): Promise<Issuance> {
  const pause = pauses[Math.min(attempts, pauses.length - 1)] ?? pauses[0];
  const nextAt = context.clock.now() + pause;
  await inEnvironment(context, ({ issuances }) => issuances.postpone(id, trouble, nextAt));
  return findIssuance(context, id);
}

function findIssuance(context: Context, id: string): Promise<Issuance> {
  return readEnvironment(context, async ({ issuances }) => {
    const issuance = await issuances.find(id);
    if (issuance === undefined) throw new AppError("NOT_FOUND", `nothing of ${id} waits`);
    return issuance;
  });
}
