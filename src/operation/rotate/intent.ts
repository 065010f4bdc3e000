import { readIssuerText, type IssuerEntry } from "#contract";
import { issuerFor, type Intent, type Issuer } from "#issuer";
import { AppError, type Sensitive } from "#kernel";
import type { Issuance } from "#store";
import { inEnvironment, type Context } from "../context.ts";

/** What was begun outside, with all that is needed to go on with it or to take it back. */
export interface OpenedIntent {
  readonly issuance: Issuance;
  readonly intent: Intent;
  readonly issuer: Issuer;
}

/** By what was written down, whatever the manifest says by now. NOT_FOUND once it is settled. */
export async function openIntent(context: Context, id: string): Promise<OpenedIntent> {
  const { issuance, present, draft } = await inEnvironment(context, async ({ issuances, values }) => {
    const issuance = await issuances.find(id);
    if (issuance === undefined) throw new AppError("NOT_FOUND", `nothing of ${id} waits`);
    return { issuance, present: await values.open(issuance.from), draft: await issuances.openDraft(id) };
  });
  const entry = readIssuerText(issuance.issuer);
  if (entry === undefined) throw new AppError("STORE_BROKEN", `the issuer of ${issuance.name} can't be read`);
  const { name, compromised } = issuance;
  return {
    issuance,
    intent: { id, name, present, draft, compromised },
    issuer: await issuerOf(context, entry),
  };
}

export async function issuerOf(context: Context, entry: IssuerEntry): Promise<Issuer> {
  const { clock } = context;
  return issuerFor(entry, { egress: await context.egress(), clock, admin: () => adminValue(context, entry) });
}

/** ISSUER_REFUSED where the store has none. */
export async function adminValue(context: Context, { admin }: IssuerEntry): Promise<Sensitive> {
  return inEnvironment(context, async ({ values }) => {
    const present = await values.present();
    const version = present.find(({ name, scope }) => name === admin && Object.keys(scope).length === 0);
    if (version !== undefined) return values.open(version.id);
    throw new AppError("ISSUER_REFUSED", `the store has no ${admin}, with which the new value is made`, {
      hint: `\`keyturn set ${admin}\` takes it`,
    });
  });
}
