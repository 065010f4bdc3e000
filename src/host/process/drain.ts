import { done, unchanged } from "../answer.ts";
import { isLoopbackUrl } from "../check.ts";
import { drainNotes, type DrainNote } from "../drain-note.ts";
import { answerText, memberOf, type Plain } from "../member.ts";
import type { HostAnswer, HostRequest, IdleSign } from "../request.ts";
import { instancePath } from "./place.ts";
import { lives, readStarted, signalProcess, type StartedProcess } from "./running.ts";
import type { ProcessStream } from "./stream.ts";

type DrainRequest = Extract<HostRequest, { kind: "drain" }>;

/** how long one question may take, ms; a POST that is answered at the end of the drain has all of its limit */
const patience = 2_000;
const pause = 200;

/** Asks the instance to take nothing new, and waits until it is idle, has ended, or the limit has gone. */
export async function drainInstance(stream: ProcessStream, request: DrainRequest): Promise<HostAnswer> {
  const started = await readStarted(instancePath(stream.folder, request.target.service, request.instance));
  if (started === undefined || !(await lives(started))) return unchanged(request);
  const end = stream.clock.monotonic() + request.limit;
  const taken = await ask(started, request);
  const unfit = taken ? undefined : stream.clock.monotonic() < end ? "unasked" : "busy";
  for (;;) {
    const waitsFor = await busyNow(started, request);
    if (waitsFor === undefined || stream.clock.monotonic() >= end) {
      const note = unfit ?? waitsFor;
      return done(request, note === undefined ? undefined : drainNotes[note]);
    }
    await stream.clock.sleep(pause, stream.signal);
  }
}

async function ask(started: StartedProcess, { by, idle, limit }: DrainRequest): Promise<boolean> {
  if (by.kind === "signal") return signalProcess(started, by.signal as NodeJS.Signals);
  const answer = await fetchOwn(by.url, "POST", idle === undefined ? limit : patience);
  return answer?.ok === true;
}

/** Why it is not empty yet. */
async function busyNow(started: StartedProcess, { by, idle }: DrainRequest): Promise<DrainNote | undefined> {
  if (!(await lives(started))) return undefined;
  if (idle === undefined) return by.kind === "http" ? undefined : "busy";
  const answer = await fetchOwn(idle.url, "GET", patience);
  const said = answer === undefined ? undefined : memberOf(await answerText(answer).catch(() => ""), idle.field);
  if (said === undefined) return (await lives(started)) ? "unheard" : undefined;
  return isIdle(said, idle) ? undefined : "busy";
}

function isIdle(said: Plain, { is }: IdleSign): boolean {
  return is === undefined ? said === false || said === 0 || said === null || said === "idle" : said === is;
}

async function fetchOwn(url: string, method: "GET" | "POST", timeout: number): Promise<Response | undefined> {
  if (!isLoopbackUrl(url)) return undefined;
  return fetch(url, { method, redirect: "manual", signal: AbortSignal.timeout(timeout) }).catch(() => undefined);
}
