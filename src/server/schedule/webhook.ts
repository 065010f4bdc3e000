import type { Clock, Sensitive } from "#kernel";
import type { FindingNews, RotationNews, StateChange } from "#operation";

/** What people are told who look at no page. */
type News =
  | ({ readonly kind: "credential" } & StateChange)
  | ({ readonly kind: "rotation" } & RotationNews)
  | ({ readonly kind: "finding" } & FindingNews);

export type Notify = (news: News, signal: AbortSignal) => Promise<void>;

export interface NotifyOptions {
  readonly clock: Clock;
  /** may hold a secret in its path, as those of chat services do; without one only the line is written */
  readonly url?: Sensitive;
  /** one JSON line */
  readonly write: (line: string) => void;
}

/** Pauses before another try, milliseconds. */
const pauses = [1000, 10_000];
const patience = 10_000;

/** Writes a line for each, and posts it. What is not taken after three tries is told by its status, without the address. */
export function notifyBy({ clock, url, write }: NotifyOptions): Notify {
  return async ({ kind, ...news }, signal) => {
    const at = new Date(clock.now()).toISOString();
    const event = { kind, at, ...news };
    write(`${JSON.stringify(event)}\n`);
    if (url === undefined) return;
    const refused = await deliver(url, event, { clock, signal });
    if (refused === undefined) return;
    const { environment, name } = news;
    const provider = "provider" in news ? { provider: news.provider } : {};
    write(`${JSON.stringify({ at, trouble: "WEBHOOK", detail: refused, environment, ...provider, name })}\n`);
  };
}

/** Nothing once it was taken. */
async function deliver(
  url: Sensitive,
  event: object,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<string | undefined> {
  for (const pause of [...pauses, undefined]) {
    const refused = await post(url, event);
    if (refused === undefined || pause === undefined || signal.aborted) return refused;
    await clock.sleep(pause, signal).catch(() => undefined);
  }
  return undefined;
}

async function post(url: Sensitive, event: object): Promise<string | undefined> {
  try {
    const answer = await fetch(url.reveal().toString("utf8").trim(), {
      method: "POST",
      redirect: "manual",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(event),
      signal: AbortSignal.timeout(patience),
    });
    await answer.body?.cancel().catch(() => undefined);
    return answer.ok ? undefined : `it answered ${answer.status}`;
  } catch {
    return "it did not answer";
  }
}
