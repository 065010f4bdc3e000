import { dirname } from "node:path";
import { readIssuerText, type IssuerEntry } from "#contract";
import { issuerFor, type Intent, type Issuer } from "#issuer";
import { AppError, type Sensitive } from "#kernel";
import type { Issuance } from "#store";
import { inEnvironment, type Context } from "../context.ts";
import { callersOwn } from "../value/callers-own.ts";

/** What was begun outside, with all that is needed to go on with it or to take it back. */
export interface OpenedIntent {
  readonly issuance: Issuance;
  readonly intent: Intent;
  readonly issuer: Issuer;
}

/**
 * By what was written down, whatever the manifest says by now; `made` is for a value that was made a moment ago and that the
 * store does not have. NOT_FOUND once it is settled.
 */
export async function openIntent(context: Context, id: string, made?: Sensitive): Promise<OpenedIntent> {
  const { issuance, present, draft, kept } = await inEnvironment(context, async ({ issuances, rotations, values }) => {
    const issuance = await issuances.find(id);
    if (issuance === undefined) throw new AppError("NOT_FOUND", `nothing of ${id} waits`);
    const rotation = await rotations.find(id);
    const kept = rotation === undefined ? undefined : await values.open(rotation.to);
    return { issuance, present: await values.open(issuance.from), draft: await issuances.openDraft(id), kept };
  });
  const entry = readIssuerText(issuance.issuer);
  if (entry === undefined) throw new AppError("STORE_BROKEN", `the issuer of ${issuance.name} can't be read`);
  const { name, compromised } = issuance;
  const known = kept ?? made;
  return {
    issuance,
    intent: { id, name, present, draft, compromised, ...(known === undefined ? {} : { made: known }) },
    issuer: await issuerOf(context, entry),
  };
}

export async function issuerOf(context: Context, entry: IssuerEntry): Promise<Issuer> {
  const { clock, environment } = context;
  return issuerFor(entry, {
    egress: await context.egress(),
    clock,
    environment,
    folder: dirname(context.manifest),
    variables: callersOwn(context),
    value: (name) => storedValue(context, name),
  });
}

/** ISSUER_REFUSED where the store has none. */
export async function storedValue(context: Context, wanted: string): Promise<Sensitive> {
  return inEnvironment(context, async ({ values }) => {
    const present = await values.present();
    const version = present.find(({ name, scope }) => name === wanted && Object.keys(scope).length === 0);
    if (version !== undefined) return values.open(version.id);
    throw new AppError("ISSUER_REFUSED", `the store has no ${wanted}, with which the new value is made`, {
      hint: `\`keyturn set ${wanted}\` takes it`,
    });
  });
}
