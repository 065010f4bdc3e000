import type { Platform } from "#contract";
import type { EnvironmentStore, Scope, Transaction } from "#store";
import type { Context } from "./context.ts";

/**
 * One transaction that may seal something new. The manifest's `production` is written down before the first secret, so
 * that the store asks for the recovery drill.
 */
export async function inPlatform<T>(
  context: Context,
  { environment: { production } }: Platform,
  work: (environment: EnvironmentStore, tx: Transaction) => Promise<T>,
): Promise<T> {
  const store = await context.openStore();
  return store.transaction(async (tx) => work(await tx.environment(context.environment, { production }), tx));
}

/** The audit entry of a change to one name. */
export async function record(
  { actor, environment }: Context,
  { audit }: Transaction,
  entry: { readonly action: string; readonly subject: string; readonly detail: Readonly<Record<string, Detail>> },
): Promise<void> {
  await audit.append({ actor, environment, ...entry });
}

type Detail = string | number | boolean | readonly string[];

/** A scope as it stands in an audit entry; nothing for the whole environment. */
export function scopeDetail({ service, host }: Scope): Readonly<Record<string, string>> {
  return { ...(service === undefined ? {} : { service }), ...(host === undefined ? {} : { host }) };
}
