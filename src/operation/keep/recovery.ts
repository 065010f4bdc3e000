import { newIdentity } from "#envelope";
import { AppError, type Sensitive } from "#kernel";
import type { Recovery } from "#store";
import type { Context } from "../context.ts";

export interface RecoveryInitRequest {
  /** an age recipient whose identity exists already */
  readonly recipient?: string;
  /** called with a new identity's file text before the store names its recipient; must have it on disk when it returns */
  readonly keep: (identity: Sensitive) => Promise<void>;
  /** in place of the one there is */
  readonly replace: boolean;
}

export interface RecoveryInitResult {
  readonly recipient: string;
}

/** A second wrap of every root key, for the day when the store's key is lost. Has to be proved before it counts. */
export async function initRecovery(context: Context, request: RecoveryInitRequest): Promise<RecoveryInitResult> {
  const store = await context.makeStore();
  const present = await store.transaction(async (tx) => tx.keys.recovery());
  if (present.kind !== "none" && !request.replace) throw alreadyThere(present.recipient);
  const recipient = request.recipient ?? (await makeIdentity(request.keep));
  await store.transaction(async (tx) => {
    await tx.keys.setRecovery(recipient);
    await tx.audit.append({
      actor: context.actor,
      action: "recovery.init",
      subject: store.id,
      detail: { recipient, ...(present.kind === "none" ? {} : { replaced: present.recipient }) },
    });
  });
  return { recipient };
}

/** Opens every root key with the identity and compares: proof that it would work. Remembered. */
export async function drillRecovery(
  context: Context,
  identity: Sensitive,
): Promise<{ readonly environments: readonly string[] }> {
  const store = await context.openStore();
  return store.transaction(async (tx) => {
    const drilled = await tx.keys.drill(identity);
    const detail = { environments: drilled.environments };
    await tx.audit.append({ actor: context.actor, action: "recovery.drill", subject: store.id, detail });
    return drilled;
  });
}

export async function recoveryStatus(context: Context): Promise<Recovery> {
  const store = await context.openStore();
  return store.transaction(async (tx) => tx.keys.recovery());
}

async function makeIdentity(keep: RecoveryInitRequest["keep"]): Promise<string> {
  const { identity, recipient } = await newIdentity();
  await keep(identity);
  return recipient;
}

function alreadyThere(recipient: string): AppError {
  return new AppError("ALREADY_EXISTS", `the store has a recovery recipient already: ${recipient}`, {
    hint: "`keyturn recovery drill FILE` proves it; --replace names another one",
  });
}
