import { createHash, timingSafeEqual } from "node:crypto";
import { covers } from "#access";
import { buildMatcher, kitKey, kitMark, lineMask, spanDigest } from "#leak";
import { AppError, isoTime } from "#kernel";
import type { Scope, Transaction } from "#store";
import { demand } from "../../authority.ts";
import type { Context } from "../../context.ts";
import type { CandidatePlace } from "../../finding/candidate-place.ts";
import { keepIn } from "../../finding/keep-in.ts";
import type { Seen } from "../../finding/seen.ts";
import { kitSecret, kitValues, type KitValue } from "./kit-values.ts";

export interface ConfirmRequest {
  /** tells which store's kit it was */
  readonly kit: string;
  /** digests of what was found, under the kit's key; at most {@link mostSpans} */
  readonly spans: readonly string[];
  /** where they stand: what is confirmed is kept by it; at most {@link mostPlaces} */
  readonly places?: readonly CandidatePlace[];
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
export const mostPlaces = 100;

/** in a quarter of an hour, by one caller */
const limit = { calls: 60, window: 15 * 60 * 1000 };

/**
 * Which of the candidates are values, in those environments where the caller is a viewer. Only values are told that a kit may
 * have: of a shorter one nobody learns here whether a guess was right. PERMISSION_DENIED, SERVER_BUSY for too many calls.
 */
export async function confirmCandidates(
  context: Context,
  { kit, spans, places = [] }: ConfirmRequest,
): Promise<Confirmation> {
  await countCall(context);
  const store = await context.openStore();
  return store.transaction(async (tx) => {
    const all = (await tx.environments.list()).map(({ name }) => name);
    const visible = all.filter((name) => isVisible(context, name));
    if (visible.length === 0) demand(context, "viewer");
    const secret = await kitSecret(tx);
    const key = secret === undefined ? undefined : kitKey(secret);
    if (key === undefined || kitMark(key) !== kit) throw foreign();
    const search: Search = { context, tx, spans: spans.map(bytesOf), places, digest: spanDigest(key) };
    const confirmed: Confirmed[] = [];
    for (const name of visible) confirmed.push(...(await confirmIn(search, name)));
    return { confirmed, complete: visible.length === all.length };
  });
}

interface Search {
  readonly context: Context;
  readonly tx: Transaction;
  readonly spans: readonly Buffer[];
  readonly places: readonly CandidatePlace[];
  readonly digest: (span: Uint8Array) => string;
}

async function confirmIn(search: Search, environment: string): Promise<readonly Confirmed[]> {
  const { context, tx, spans, digest } = search;
  const room = await tx.environment(environment);
  const { fitting } = await kitValues(room);
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
  const seen = seenPlaces(search, confirmed, fitting);
  const looked = { covers: () => false };
  if (seen.length > 0) {
    await keepIn(context, { tx, environment: room, seen, looked, wasLookedFor: () => false }, { of: "kit" });
  }
  return confirmed;
}

/** A file may be named by what it holds: of what a kit may have, nothing is kept. */
function seenPlaces(
  { places }: Search,
  confirmed: readonly Confirmed[],
  fitting: readonly KitValue[],
): readonly Seen[] {
  const mask = lineMask(() => buildMatcher(fitting.map(({ name, value }) => ({ name, value }))));
  return confirmed.flatMap(({ span: owned, name, version, scope }) =>
    places
      .filter(({ span }) => span === owned)
      .map(({ span: _span, encoding, place, ...state }): Seen => {
        const { where, path } = place;
        const thing = { kind: "value", name, version, scope, encoding } as const;
        return { ...state, thing, place: { ...place, where: mask(where), path: mask(path) } };
      }),
  );
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
