import type { PerformOptions } from "./host.ts";
import type { FailureReason, HostAnswer, HostRequest } from "./request.ts";

/** Does requests in order and stops behind the first that failed, or when it is asked to, as every machine does. */
export async function performInOrder(
  requests: readonly HostRequest[],
  one: (request: HostRequest) => Promise<HostAnswer>,
  options: PerformOptions = {},
): Promise<readonly HostAnswer[]> {
  const answers: HostAnswer[] = [];
  for (const request of requests) {
    options.signal?.throwIfAborted();
    if (options.stop?.aborted) break;
    options.onStart?.(request);
    const answer = await one(request);
    answers.push(answer);
    options.onAnswer?.(answer);
    if (answer.kind === "failed") break;
  }
  return answers;
}

export function done(request: HostRequest, remark?: string): HostAnswer {
  return { kind: "done", ...about(request), ...(remark === undefined ? {} : { remark }) };
}

export function unchanged(request: HostRequest): HostAnswer {
  return { kind: "unchanged", ...about(request) };
}

export function failed(request: HostRequest, reason: FailureReason, detail: string): HostAnswer {
  return { kind: "failed", ...about(request), reason, detail };
}

export function instanceOf(request: HostRequest): string | undefined {
  return "instance" in request ? request.instance : undefined;
}

function about(request: HostRequest): {
  readonly request: HostRequest["kind"];
  readonly target: string;
  readonly instance?: string;
} {
  const instance = instanceOf(request);
  return { request: request.kind, target: request.target.id, ...(instance === undefined ? {} : { instance }) };
}
