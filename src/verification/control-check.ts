import { connect } from "node:net";
import { systemCode, type Clock } from "#kernel";
import type { ControlCheck } from "./check.ts";

export type CheckResult = { readonly kind: "passed" } | { readonly kind: "failed"; readonly detail: string };

const pause = 200;

export interface Poll {
  /** milliseconds until the last failure counts */
  readonly deadline: number;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
}

/** Repeats a check until it passes or the deadline has come; the last failure is told. */
export function pollCheck(check: ControlCheck, poll: Poll): Promise<CheckResult> {
  return pollUntil((left) => checkOnce(check, Math.min(check.timeout, left)), poll);
}

/** As {@link pollCheck}, for any way to ask; `left` is what is left of the time, at least 1 ms. */
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

/** One try. Redirects are not followed: a health path answers by itself. */
export function checkOnce(check: ControlCheck, timeout: number): Promise<CheckResult> {
  return check.kind === "http" ? httpOnce(check, timeout) : tcpOnce(check, timeout);
}

async function httpOnce(check: ControlCheck & { kind: "http" }, timeout: number): Promise<CheckResult> {
  try {
    const answer = await fetch(check.url, { redirect: "manual", signal: AbortSignal.timeout(timeout) });
    await answer.body?.cancel();
    if (answer.status === check.status) return { kind: "passed" };
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
