import type { Service } from "#contract";
import { isoTime } from "#kernel";
import type { SignedToken } from "#rotation";
import { openHint, type Transaction } from "#store";
import { demand } from "../authority.ts";
import { record, scopeDetail } from "../change.ts";
import { inEnvironment, readEnvironment, type Context } from "../context.ts";
import { isAtWork } from "../deploy/lease.ts";
import type { DueOutcome } from "./rotate-due.ts";
import { readRecorded, scheduledValues, type Recorded, type ScheduledValue } from "./scheduled.ts";
import { dayOf, tokenEnds, tokensOf } from "./token-end.ts";

/** What a person is to know of a scheduled rotation, or to do. No value. */
export interface RotationNews {
  readonly environment: string;
  readonly name: string;
  readonly service?: string;
  readonly host?: string;
  /** the one that is older than it may be */
  readonly version: number;
  readonly due: string;
  /**
   * `rotated` is the only one after which there is nothing to do; with `tokens-end` and `tokens-over`, `due` is when what is
   * signed with it is over
   */
  readonly state: "person" | "returned" | "held" | "refused" | "rotated" | "tokens-end" | "tokens-over";
  readonly detail: string;
}

/** Milliseconds until the same is said again. */
const again = 7 * 24 * 3_600_000;

/** What is due and waits for a person, and what came of attempts. Each is told once, and again a week later; the audit log has when. */
export async function remind(context: Context, outcomes: readonly DueOutcome[] = []): Promise<readonly RotationNews[]> {
  demand(context, "operator");
  const { platform } = await context.loadPlatform();
  if (platform.schedules.size === 0 && !platform.services.some(signs)) return [];
  const busy = await isAtWork(context);
  const now = context.clock.now();
  const { recorded, grants } = await readEnvironment(context, async (environment) => ({
    recorded: await readRecorded(environment),
    grants: await environment.grants.list(),
  }));
  const waiting = scheduledValues(platform, recorded, now).flatMap((one) => waitingNews(context, one, busy) ?? []);
  const tokens = tokensOf(platform, { present: recorded.present, grants }, now);
  const ending = tokenNews(context, tokens, recorded);
  const news = [...outcomes.flatMap((one) => outcomeNews(context, one) ?? []), ...waiting, ...ending];
  if (news.length === 0) return [];
  return inEnvironment(context, async (_, tx) => {
    const told: RotationNews[] = [];
    for (const one of news) if (await remember(context, tx, one)) told.push(one);
    return told;
  });
}

function signs({ contract }: Service): boolean {
  return contract.variables.some(({ derive }) => derive?.kind === "jwt");
}

/** One for each root. Where that is being rotated, somebody is at it. */
function tokenNews(
  { environment }: Context,
  tokens: readonly SignedToken[],
  { present, rotations }: Recorded,
): readonly RotationNews[] {
  const open = new Set(rotations.flatMap(({ state, to }) => (state === "open" ? [to] : [])));
  return [...tokenEnds(tokens)].flatMap(([id, { names, endsAt, state }]): readonly RotationNews[] => {
    const root = present.find((version) => version.id === id);
    if (root === undefined || state === "fresh" || open.has(id)) return [];
    const { name, scope, number } = root;
    const one = names.length === 1;
    const is = state === "over" ? `${one ? "is" : "are"} over since` : `${one ? "is" : "are"} over on`;
    const detail = `${names.join(", ")} ${is} ${dayOf(endsAt)}: \`keyturn rotate ${name}\` signs ${one ? "it" : "them"} anew`;
    const told = state === "over" ? "tokens-over" : "tokens-end";
    return [{ environment, name, ...scope, version: number, due: isoTime(endsAt), state: told, detail }];
  });
}

function waitingNews(context: Context, due: ScheduledValue, busy: boolean): RotationNews | undefined {
  const { name } = due.version;
  switch (due.state) {
    case "person":
      return newsOf(context, due, "person", `${ageText(context, due)}: \`keyturn rotate ${name}\`, or set it`);
    case "returned":
      return newsOf(context, due, "returned", `its rotation was taken back: see \`keyturn rotations ${name}\``);
    case "open":
      return busy ? undefined : newsOf(context, due, "held", `its rotation is open: ${openHint(name)}`);
    case "fresh":
    case "waits":
    case "now":
    case "overlap":
      return undefined;
  }
}

/** Whatever else came of it is in the store, and told from there. */
function outcomeNews(context: Context, outcome: DueOutcome): RotationNews | undefined {
  const { due } = outcome;
  if (outcome.kind === "refused") return newsOf(context, due, "refused", `it could not be begun: ${outcome.reason}`);
  if (outcome.result.kind !== "rotated") return undefined;
  return newsOf(context, due, "rotated", "it has another value in everything that holds it");
}

function newsOf(
  { environment }: Context,
  { version: { name, scope, number }, due }: ScheduledValue,
  state: RotationNews["state"],
  detail: string,
): RotationNews {
  return { environment, name, ...scope, version: number, due: isoTime(due), state, detail };
}

function ageText({ clock }: Context, { version: { number, createdAt } }: ScheduledValue): string {
  const days = Math.floor((clock.now() - createdAt) / (24 * 3_600_000));
  return `v${number} is ${days} ${days === 1 ? "day" : "days"} old`;
}

/** False where it was told already. In the transaction in which it is looked up, so that of two servers one tells it. */
async function remember(
  context: Context,
  tx: Transaction,
  { name, service, host, version, state }: RotationNews,
): Promise<boolean> {
  const scope = { ...(service === undefined ? {} : { service }), ...(host === undefined ? {} : { host }) };
  const detail = { version, state, ...scopeDetail(scope) };
  const action = "rotation.remind";
  const filter = { environment: context.environment, subject: name, actions: [action], limit: 50 };
  const told = (await tx.audit.list(filter)).some(
    ({ at, detail: was }) =>
      was["version"] === version &&
      was["state"] === state &&
      was["service"] === service &&
      was["host"] === host &&
      context.clock.now() - at < again,
  );
  if (!told) await record(context, tx, { action, subject: name, detail });
  return !told;
}
