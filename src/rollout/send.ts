import type { Host, HostAnswer, HostRequest } from "#host";
import { AppError, type ErrorCode, systemCode } from "#kernel";
import type { Failure } from "./event.ts";
import type { Conduct } from "./conduct.ts";

export interface Sent {
  /** as far as they arrived */
  readonly answers: readonly HostAnswer[];
  /** the connection broke: nobody knows how far the machine came behind the last answer */
  readonly lost: boolean;
  /** the operator asked for it: what is left of the requests was not sent */
  readonly stopped?: boolean;
  readonly failure?: Failure;
}

/** Sends a stream and journals each answer as it arrives. Whatever goes wrong is an answer too. */
export async function send(input: Conduct, host: Host, requests: readonly HostRequest[]): Promise<Sent> {
  const answers: HostAnswer[] = [];
  const journal = orderedJournal(input);
  const onAnswer = (answer: HostAnswer): void => {
    answers.push(answer);
    journal.write(host.name, answer);
  };
  const onStart = (request: HostRequest): void => {
    const step = { target: request.target.id, step: requestName(request) };
    input.onEvent({ kind: "step", host: host.name, ...step, state: "started", detail: "" });
  };
  try {
    await host.perform(input.controller, requests, {
      onStart,
      onAnswer,
      ...(input.stop === undefined ? {} : { stop: input.stop }),
    });
  } catch (error) {
    await journal.written();
    const target = requests[answers.length]?.target.id ?? host.name;
    const failure = { host: host.name, target, step: stepOf(error), detail: troubleText(error) };
    input.onEvent({ ...failure, kind: "step", state: "failed" });
    await input.journal.append({ target, step: failure.step, state: "failed", detail: failure.detail });
    return { answers, lost: !isRefusal(error), failure };
  }
  const trouble = await journal.written();
  const failed = answers.find((answer) => answer.kind === "failed");
  if (failed !== undefined) return { answers, lost: false, failure: failureOf(host.name, failed) };
  if (trouble !== undefined) {
    return { answers, lost: false, failure: { host: host.name, target: "", step: "journal", detail: trouble } };
  }
  return { answers, lost: false, ...(answers.length < requests.length ? { stopped: true } : {}) };
}

/** A message of ours names no value; of anything else only its kind is told. */
export function troubleText(error: unknown): string {
  if (error instanceof AppError) return error.message;
  if (!(error instanceof Error)) return "unexpected error";
  return `unexpected error (${systemCode(error) ?? error.name})`;
}

/** As the answer to it will be called in the journal and in events. */
export function requestName(request: HostRequest): string {
  return "instance" in request && request.instance !== "" ? `${request.kind} ${request.instance}` : request.kind;
}

/** A machine that was told of a newer controller refuses this one for good: nothing may be tried there any more. */
function stepOf(error: unknown): "fence" | "reach" {
  return error instanceof AppError && error.code === "HOST_FENCED" ? "fence" : "reach";
}

/** Refused before the first request: nothing was changed there. */
function isRefusal(error: unknown): boolean {
  return error instanceof AppError && refusals.has(error.code);
}

const refusals: ReadonlySet<ErrorCode> = new Set([
  "HOST_KEY_UNKNOWN",
  "HOST_KEY_CHANGED",
  "HOST_UNPREPARED",
  "HOST_FENCED",
]);

/** Rows in the order of the answers, one write at a time; a row that could not be written is told at the end. */
function orderedJournal(input: Conduct) {
  let last: Promise<void> = Promise.resolve();
  let trouble: string | undefined;
  return {
    write(host: string, answer: HostAnswer): void {
      const { target } = answer;
      const step = stepName(answer);
      const detail = detailOf(answer);
      const state = answer.kind === "failed" ? "failed" : "done";
      input.onEvent({ kind: "step", host, target, step, state: answer.kind, detail });
      last = last
        .then(() => input.journal.append({ target, step, state, detail }))
        .catch((error: unknown) => {
          trouble ??= troubleText(error);
        });
    },
    async written(): Promise<string | undefined> {
      await last;
      return trouble;
    },
  };
}

function detailOf(answer: HostAnswer): string {
  if (answer.kind === "failed") return `${answer.reason}: ${answer.detail}`;
  return answer.kind === "done" ? (answer.remark ?? answer.kind) : answer.kind;
}

function failureOf(host: string, answer: HostAnswer & { kind: "failed" }): Failure {
  return { host, target: answer.target, step: stepName(answer), detail: detailOf(answer) };
}

function stepName({ request, instance = "" }: HostAnswer): string {
  return instance === "" ? request : `${request} ${instance}`;
}
