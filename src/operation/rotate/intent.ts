import { dirname } from "node:path";
import { isMadeHere, readIssuerText, type OutsideIssuer } from "#contract";
import { issuerFor, type Intent, type Issued, type Issuer } from "#issuer";
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

/** A value that was made, and of a pair the other one. */
export type Made = Pick<Issued, "value" | "companion">;

/**
 * By what was written down, whatever the manifest says by now; `made` is for what was made a moment ago and that the
 * store does not have. NOT_FOUND once it is settled.
 */
export async function openIntent(context: Context, id: string, made?: Made): Promise<OpenedIntent> {
  const { issuance, intent } = await inEnvironment(context, async ({ issuances, rotations, values }) => {
    const issuance = await issuances.find(id);
    if (issuance === undefined) throw new AppError("NOT_FOUND", `nothing of ${id} waits`);
    const rotation = await rotations.find(id);
    const open = (version: number | undefined) => (version === undefined ? undefined : values.open(version));
    const value = (await open(rotation?.to)) ?? made?.value;
    const noted = await issuances.noted(id);
    const { name, companion, compromised } = issuance;
    const other = (await open(rotation?.companion?.to)) ?? made?.companion;
    const intent: Intent = {
      id,
      name,
      present: await values.open(issuance.from),
      draft: await issuances.openDraft(id),
      compromised,
      ...(value === undefined ? {} : { made: value }),
      ...(companion === undefined
        ? {}
        : {
            companion: {
              name: companion.name,
              present: await values.open(companion.from),
              ...(other === undefined ? {} : { made: other }),
            },
          }),
      ...(noted === undefined ? {} : { noted }),
    };
    return { issuance, intent };
  });
  return { issuance, intent, issuer: await issuerOf(context, outsideOf(issuance)) };
}

/** As it was written down when it was begun. STORE_BROKEN */
export function outsideOf({ name, issuer }: Pick<Issuance, "name" | "issuer">): OutsideIssuer {
  const entry = readIssuerText(issuer);
  if (entry !== undefined && !isMadeHere(entry)) return entry;
  throw new AppError("STORE_BROKEN", `the issuer of ${name} can't be read`);
}

export async function issuerOf(context: Context, entry: OutsideIssuer): Promise<Issuer> {
  const { clock, environment } = context;
  return issuerFor(entry, {
    egress: await context.egress(),
    clock,
    environment,
    folder: dirname(context.manifest),
    variables: callersOwn(context),
    value: (name) => storedValue(context, name),
    note: (id, noted) => inEnvironment(context, ({ issuances }) => issuances.note(id, noted)),
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
