import { createHash, timingSafeEqual } from "node:crypto";
import { covers } from "#access";
import { kitKey, kitMark, spanDigest } from "#leak";
import { AppError, isoTime } from "#kernel";
import type { Scope, Transaction } from "#store";
import { demand } from "../../authority.ts";
import type { Context } from "../../context.ts";
import { kitSecret, kitValues } from "./kit-values.ts";

export interface ConfirmRequest {
  /** tells which store's kit it was */
  readonly kit: string;
  /** digests of what was found, under the kit's key; at most {@link mostSpans} */
  readonly spans: readonly string[];
}

export interface Confirmed {
  readonly span: string;
  readonly name: string;
  readonly version: number;
  readonly environment: string;
  readonly scope: Scope;
  readonly state: "live" | "retired" | "compromised";
}

export interface Confirmation {
  readonly confirmed: readonly Confirmed[];
  /** every environment was looked into: what is not confirmed is no value. Otherwise it may be one of another environment */
  readonly complete: boolean;
}

export const mostSpans = 200;

/** in a quarter of an hour, by one caller */
const limit = { calls: 60, window: 15 * 60 * 1000 };

/**
 * Which of the candidates are values, in those environments where the caller is a viewer. Only values are told that a kit may
 * have: of a shorter one nobody learns here whether a guess was right. PERMISSION_DENIED, SERVER_BUSY for too many calls.
 */
export async function confirmCandidates(context: Context, { kit, spans }: ConfirmRequest): Promise<Confirmation> {
  await countCall(context);
  const store = await context.openStore();
  return store.transaction(async (tx) => {
    const all = (await tx.environments.list()).map(({ name }) => name);
    const visible = all.filter((name) => isVisible(context, name));
    if (visible.length === 0) demand(context, "viewer");
    const secret = await kitSecret(tx);
    const key = secret === undefined ? undefined : kitKey(secret);
    if (key === undefined || kitMark(key) !== kit) throw foreign();
    const search: Search = { context, tx, spans: spans.map(bytesOf), digest: spanDigest(key) };
    const confirmed: Confirmed[] = [];
    for (const name of visible) confirmed.push(...(await confirmIn(search, name)));
    return { confirmed, complete: visible.length === all.length };
  });
}

interface Search {
  readonly context: Context;
  readonly tx: Transaction;
  readonly spans: readonly Buffer[];
  readonly digest: (span: Uint8Array) => string;
}

async function confirmIn({ context, tx, spans, digest }: Search, environment: string): Promise<readonly Confirmed[]> {
  const { fitting } = await kitValues(await tx.environment(environment));
  const confirmed = fitting.flatMap(({ value, version: { name, number, scope, state } }): readonly Confirmed[] => {
    const own = bytesOf(digest(value.reveal()));
    // each is compared, whatever was found before
    return spans
      .filter((span) => span.byteLength === own.byteLength && timingSafeEqual(span, own))
      .map((span) => ({ span: span.toString("hex"), name, version: number, environment, scope, state }));
  });
  const detail = { asked: spans.length, confirmed: confirmed.map(({ name, version }) => `${name} v${version}`) };
  const { actor } = context;
  await tx.audit.append({ actor, environment, action: "value.confirm", subject: environment, detail });
  return confirmed;
}

/** Counted before anything is compared, so that many at once get no further than one after the other. */
async function countCall(context: Context): Promise<void> {
  const { actor, authority, clock } = context;
  if (authority.kind === "home") return;
  const caller = createHash("sha256").update(`confirm ${actor.name}`).digest("hex");
  const store = await context.openStore();
  const { count, until } = await store.transaction((tx) => tx.attempts.add(caller, limit.window));
  if (count <= limit.calls) return;
  const retryAfter = Math.max(1, Math.ceil((until - clock.now()) / 1000));
  throw new AppError("SERVER_BUSY", `more candidates were asked about than are answered until ${isoTime(until)}`, {
    data: { retryAfter },
  });
}

function isVisible({ authority }: Context, environment: string): boolean {
  return authority.kind === "home" || covers(authority.held, { environment, role: "viewer" });
}

function foreign(): AppError {
  return new AppError("NOT_FOUND", "this kit was made by another store", {
    hint: "make a new one with `keyturn scan-kit export`, or ask the server of its store",
  });
}

function bytesOf(hex: string): Buffer {
  return Buffer.from(hex, "hex");
}
