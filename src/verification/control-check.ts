import { connect } from "node:net";
import { answerText, memberOf, type HostCheck } from "#host";
import { systemCode, type Clock } from "#kernel";
import type { ControlCheck } from "./check.ts";

export type CheckResult =
  /** with the release that the service says it carries, where the check asks for it */
  { readonly kind: "passed"; readonly release?: string } | { readonly kind: "failed"; readonly detail: string };

const pause = 200;

export interface Poll {
  /** milliseconds until the last failure counts */
  readonly deadline: number;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
}

/** Asks until the check passes or the deadline has come; the last failure is told. `left` is of the time, at least 1 ms. */
export async function pollUntil(
  ask: (left: number) => Promise<CheckResult>,
  { deadline, clock, signal }: Poll,
): Promise<CheckResult> {
  const end = clock.monotonic() + deadline;
  for (;;) {
    const result = await ask(Math.max(1, Math.ceil(end - clock.monotonic())));
    if (result.kind === "passed" || clock.monotonic() + pause >= end) return result;
    await clock.sleep(pause, signal);
  }
}

/** A passed check whose answer tells another release than this one is none; undefined is any. */
export function expectRelease(result: CheckResult, check: ControlCheck | HostCheck, release?: string): CheckResult {
  if (release === undefined || check.kind === "tcp" || check.release === undefined) return result;
  if (result.kind === "failed" || result.release === release) return result;
  return { kind: "failed", detail: `${check.url} reports ${result.release ?? "no release"}, expected ${release}` };
}

/** What a field of an answer says of the release. Something else than a label is none: it is never repeated. */
export function reportedRelease(text: string, field: string): { readonly release?: string } {
  const found = memberOf(text, field);
  return typeof found === "string" && /^r\d{1,9}$/.test(found) ? { release: found } : {};
}

/** One try. Redirects are not followed: a health path answers by itself. */
export function checkOnce(check: ControlCheck, timeout: number): Promise<CheckResult> {
  return check.kind === "http" ? httpOnce(check, timeout) : tcpOnce(check, timeout);
}

async function httpOnce(check: ControlCheck & { kind: "http" }, timeout: number): Promise<CheckResult> {
  try {
    const answer = await fetch(check.url, { redirect: "manual", signal: AbortSignal.timeout(timeout) });
    const text = check.release === undefined ? "" : await answerText(answer);
    await answer.body?.cancel().catch(() => undefined);
    if (answer.status === check.status) {
      return { kind: "passed", ...(check.release === undefined ? {} : reportedRelease(text, check.release)) };
    }
    return { kind: "failed", detail: `${check.url} answered ${answer.status}, expected ${check.status}` };
  } catch (error) {
    return { kind: "failed", detail: `${check.url} did not answer (${reasonOf(error)})` };
  }
}

function tcpOnce(check: ControlCheck & { kind: "tcp" }, timeout: number): Promise<CheckResult> {
  const place = `${check.address}:${check.port}`;
  // `90%i` of an instance that is called `a`
  if (!isPort(check.port)) return Promise.resolve({ kind: "failed", detail: `${place} has no port` });
  return new Promise((resolve) => {
    const socket = connect({ host: check.address, port: check.port, timeout });
    const end = (result: CheckResult): void => {
      socket.destroy();
      resolve(result);
    };
    socket.once("connect", () => end({ kind: "passed" }));
    socket.once("timeout", () => end({ kind: "failed", detail: `${place} did not answer in ${timeout} ms` }));
    socket.once("error", (error) => end({ kind: "failed", detail: `${place} refused (${reasonOf(error)})` }));
  });
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port > 0 && port < 65_536;
}

/** A system error's code where there is one: short, and it holds no addresses of ours. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  const inner = systemCode(error.cause);
  if (inner !== undefined) return inner;
  return error.name === "TimeoutError" ? "no answer in time" : (systemCode(error) ?? error.name);
}
