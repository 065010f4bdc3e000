import { randomBytes } from "node:crypto";
import { issuerText, valuesOf, type OutsideIssuer } from "#contract";
import type { Intent } from "#issuer";
import { AppError, Sensitive } from "#kernel";
import type { Issuance } from "#store";
import { inPlatform, record, scopeDetail } from "../change.ts";
import type { Context } from "../context.ts";
import type { HeldLease } from "../deploy/lease.ts";
import { declarationsOf } from "../value/declaration.ts";
import { fitValue } from "../value/fit-value.ts";
import type { RotationWatcher } from "./watcher.ts";
import { beginRotation } from "./begin-rotation.ts";
import { openIntent, storedValue, type Made } from "./intent.ts";
import { withdraw } from "./revoke.ts";
import type { Prepared } from "./rotation-plan.ts";
import { note, openRotation, type NewEntry } from "./rotation-record.ts";

/** Bytes of a password that is made here. */
const draftSize = 32;

/** Written down before anything changes outside, so that whoever comes after a crash knows what may have. Gives its id. */
export async function intend(
  context: Context,
  { plan, version, platform, companion: other }: Prepared,
  entry: OutsideIssuer,
): Promise<string> {
  for (const name of valuesOf(entry)) await storedValue(context, name);
  const { name, scope, compromised } = plan;
  const { actor } = context;
  const id = context.makeId("rot");
  const draft = Sensitive.of(randomBytes(draftSize).toString("base64url"));
  await inPlatform(context, platform, async (environment, tx) => {
    const issuer = issuerText(entry);
    const companion = other === undefined ? {} : { companion: { name: other.name, from: other.id } };
    const from = version.id;
    await environment.issuances.intend({ id, name, scope, from, ...companion, compromised, issuer, draft, actor });
    const also = other === undefined ? {} : { companion: other.name };
    const detail = { rotation: id, issuer: entry.kind, with: valuesOf(entry), ...also, ...scopeDetail(scope) };
    await record(context, tx, { action: "issuer.intend", subject: name, detail });
  });
  return id;
}

/**
 * Has the intended value made outside, and begins its rotation. What fails on the way is taken back there, as soon as
 * it can be.
 */
export async function issue(
  context: Context,
  lease: HeldLease,
  prepared: Prepared,
  { id, watcher }: { readonly id: string; readonly watcher: RotationWatcher },
): Promise<void> {
  let made: Made | undefined;
  const onMade = (value: Made): void => void (made = value);
  const entries = await make(context, lease, prepared, { id, watcher, onMade }).catch(async (error: unknown) => {
    // where even that can't be written down, the intent stands, and the next command finds it
    const left = await withdraw(context, id, watcher, made).catch(() => undefined);
    throw withNextStep(error, prepared.plan.name, left);
  });
  await note(context, (await openRotation(context, id)).rotation, entries);
}

/** What is to be done about it depends on whether anything is left outside. */
function withNextStep(error: unknown, name: string, left: Issuance | undefined): unknown {
  if (!(error instanceof AppError) || error.code !== "ISSUER_UNREACHABLE") return error;
  const { code, message, findings, data } = error;
  const hint =
    left?.state === "settled"
      ? `nothing of it is left there: \`keyturn rotate ${name}\` begins anew, once that works`
      : `\`keyturn rotate ${name} --continue\` tries it again, and \`keyturn rotations\` shows what is left to do there`;
  return new AppError(code, message, { cause: error, findings, data, hint });
}

interface Making {
  readonly id: string;
  readonly watcher: RotationWatcher;
  readonly onMade: (value: Made) => void;
}

async function make(
  context: Context,
  lease: HeldLease,
  prepared: Prepared,
  { id, watcher, onMade }: Making,
): Promise<readonly NewEntry[]> {
  const { intent, issuer } = await openIntent(context, id);
  const { where, does } = issuer;
  const { notices, ...made } = await issuer.make(intent);
  refusePresent(intent, made, where);
  onMade(made);
  refuseStrange(prepared, made, where);
  watcher.onEvent({ kind: "issuer", where, state: "made", detail: does });
  for (const detail of notices) watcher.onEvent({ kind: "issuer", where, state: "notice", detail });
  await beginRotation(context, lease, prepared, { id, ...made, origin: `issuer:${where}` });
  return [
    { kind: "issued", subject: where, detail: does },
    ...notices.map((detail) => ({ kind: "notice", subject: where, detail })),
  ];
}

/** Nobody takes that back as something that was made: services have it. */
function refusePresent({ name, present, companion }: Intent, { value, companion: other }: Made, where: string): void {
  const isPresent = value.equals(present) || (companion !== undefined && other?.equals(companion.present) === true);
  if (!isPresent) return;
  throw new AppError("ISSUER_REFUSED", `${where} gave the value that ${name} has already: nothing was made`);
}

/** A program of one's own may write anything: it is looked at like what a person gives. */
function refuseStrange({ entry, platform, plan: { name, scope } }: Prepared, { value }: Made, where: string): void {
  if (entry?.kind !== "command") return;
  const fitted = fitValue({ name, declarations: declarationsOf(platform, name, scope), value });
  if (fitted.kind === "fits") return;
  const { reason, findings } = fitted;
  const hint = `mend ${where}: it is to write the value alone, and what it made is taken back`;
  throw new AppError("VALUES_INVALID", `this value of ${name} ${reason}, nothing was stored`, { findings, hint });
}
