import { isIP } from "node:net";

/** What a verifier saw of one secret since it began to count. docs/reports.md has the form. */
export interface SecretReport {
  readonly current: Seen;
  readonly previous: Seen;
  readonly next: Seen;
  readonly refused: Seen;
  /** by the verifier's own clock; another text than before means that the counts began anew */
  readonly since: string;
  /** the label of the release that it runs with */
  readonly release?: string;
}

export interface Seen {
  readonly count: number;
  /** ISO 8601, by the verifier's own clock */
  readonly last?: string;
  /** address of the caller */
  readonly from?: string;
}

/** How a presenter's calls went since it began to count. */
export interface CallReport {
  readonly attached: number;
  /** tried anew, and told apart from what was lost */
  readonly retried: number;
  /** the other side did not accept the secret */
  readonly refused: number;
  /** lost for another reason, or since nobody was free */
  readonly broken: number;
  readonly slowestMs: number;
  readonly since: string;
}

/** What is told of one secret; undefined where it is not a report, or has nothing of this name. What else it holds is no matter. */
export function secretReport(told: unknown, secret: string): SecretReport | undefined {
  const counts = member(member(told, "secrets"), secret);
  const [current, previous, next, refused] = slots.map((slot) => seen(member(counts, slot)));
  const since = timeOf(member(told, "since"));
  if (!isRecord(counts) || since === undefined) return undefined;
  if (current === undefined || previous === undefined || next === undefined || refused === undefined) return undefined;
  const release = member(told, "release");
  const isLabel = typeof release === "string" && /^r\d{1,9}$/.test(release);
  return { current, previous, next, refused, since, ...(isLabel ? { release } : {}) };
}

const slots = ["current", "previous", "next", "refused"] as const;

/** The same for calls; a number that is not told is 0, but for those that say whether a call was lost. */
export function callReport(told: unknown): CallReport | undefined {
  const [attached, refused, broken] = ["attached", "refused", "broken"].map((name) => countOf(member(told, name)));
  const [retried = 0, slowestMs = 0, busy = 0] = ["retried", "slowestMs", "busy"].map((name) =>
    countOf(member(told, name)),
  );
  const since = timeOf(member(told, "since"));
  if (attached === undefined || refused === undefined || broken === undefined || since === undefined) return undefined;
  return { attached, retried, refused, broken: broken + busy, slowestMs, since };
}

/** A value that was never given to the verifier was never seen there. */
function seen(told: unknown): Seen | undefined {
  if (told === undefined || told === null) return { count: 0 };
  const count = countOf(member(told, "count"));
  if (count === undefined) return undefined;
  const last = timeOf(member(told, "last"));
  const from = addressOf(member(told, "from"));
  return { count, ...(last === undefined ? {} : { last }), ...(from === undefined ? {} : { from }) };
}

function countOf(told: unknown): number | undefined {
  return typeof told === "number" && Number.isSafeInteger(told) && told >= 0 ? told : undefined;
}

/** Of a strict form, since it is shown: no text of another machine's choice passes. */
function timeOf(told: unknown): string | undefined {
  const isTime =
    typeof told === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/.test(told);
  return isTime ? told : undefined;
}

function addressOf(told: unknown): string | undefined {
  return typeof told === "string" && isIP(told) !== 0 ? told : undefined;
}

function member(told: unknown, name: string): unknown {
  return isRecord(told) && Object.hasOwn(told, name) ? told[name] : undefined;
}

function isRecord(told: unknown): told is Readonly<Record<string, unknown>> {
  return typeof told === "object" && told !== null && !Array.isArray(told);
}
