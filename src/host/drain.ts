import type { Clock } from "#kernel";
import { isLoopbackUrl, type CheckWay } from "./check.ts";
import type { DrainNote } from "./drain-note.ts";
import { answerText, memberOf, type Plain } from "./member.ts";
import type { HostDrain, IdleSign } from "./request.ts";

/** What is to be emptied: a process, or a container. */
export interface Drained {
  lives(): Promise<boolean>;
  /** False when it was not there to take it. */
  signal(name: string): Promise<boolean>;
  readonly fetch: CheckWay["fetch"];
}

/** how long one question may take, ms; a POST that is answered at the end of the drain has all of its limit */
const patience = 2_000;
const pause = 200;

/** Asks it to take nothing new, and waits until it is idle, has ended, or the limit has gone: then a note says how it was. */
export async function drain(
  drained: Drained,
  asked: HostDrain,
  { clock, signal }: { readonly clock: Clock; readonly signal?: AbortSignal },
): Promise<DrainNote | undefined> {
  const end = clock.monotonic() + asked.limit;
  const taken = await ask(drained, asked);
  const unfit = taken ? undefined : clock.monotonic() < end ? "unasked" : "busy";
  for (;;) {
    const waitsFor = await busyNow(drained, asked);
    if (waitsFor === undefined || clock.monotonic() >= end) return unfit ?? waitsFor;
    await clock.sleep(pause, signal);
  }
}

async function ask(drained: Drained, { by, idle, limit }: HostDrain): Promise<boolean> {
  if (by.kind === "signal") return drained.signal(by.signal);
  const answer = await fetchOwn(drained, by.url, "POST", idle === undefined ? limit : patience);
  return answer?.ok === true;
}

/** Why it is not empty yet. */
async function busyNow(drained: Drained, { by, idle }: HostDrain): Promise<DrainNote | undefined> {
  if (!(await drained.lives())) return undefined;
  if (idle === undefined) return by.kind === "http" ? undefined : "busy";
  const answer = await fetchOwn(drained, idle.url, "GET", patience);
  const said = answer === undefined ? undefined : memberOf(await answerText(answer).catch(() => ""), idle.field);
  if (said === undefined) return (await drained.lives()) ? "unheard" : undefined;
  return isIdle(said, idle) ? undefined : "busy";
}

function isIdle(said: Plain, { is }: IdleSign): boolean {
  return is === undefined ? said === false || said === 0 || said === null || said === "idle" : said === is;
}

async function fetchOwn(
  { fetch }: Drained,
  url: string,
  method: "GET" | "POST",
  timeout: number,
): Promise<Response | undefined> {
  if (!isLoopbackUrl(url)) return undefined;
  return fetch(url, method, timeout).catch(() => undefined);
}
