import { AppError, Sensitive } from "#kernel";
import type { TargetAddress } from "../address.ts";
import { fencedError } from "../fence.ts";
import { instanceOf } from "../answer.ts";
import { drainNotes, isDrainNote } from "../drain-note.ts";
import type { Controller, TargetContent } from "../host.ts";
import { printable } from "../printable.ts";
import type { FailureReason, HostAnswer, HostRequest } from "../request.ts";
import { instanceWord, type Input } from "./encode.ts";

/**
 * Takes a line of a machine: true when the stream is over, "rest" when only this conversation is, false to listen on, or
 * what to send next. Throws when the line is not what may come now.
 */
export type LineReader = (line: string) => boolean | "rest" | Input;

const reasons: readonly string[] = [
  "refused",
  "owner-unknown",
  "no-space",
  "read-only",
  "corrupt",
  "misread",
  "unit-missing",
  "start-failed",
  "died",
  "environment-differs",
  "not-restarted",
  "unhealthy",
  "timeout",
  "no-previous",
  "command-failed",
  "failed",
] satisfies readonly FailureReason[];

export interface Asking {
  readonly requests: readonly HostRequest[];
  readonly onAnswer: (answer: HostAnswer) => void;
  /** what is sent behind the last answer that is due: more requests, or the end */
  readonly more: () => Input;
  /** how many have been sent until now */
  readonly sent: () => number;
}

/** Answers must come in the order of the requests and name the same target and instance. */
export function answerReader(host: string, controller: Controller, asking: Asking): LineReader {
  let next = 0;
  return (line) => {
    const [word = "", ...rest] = line.split(" ");
    // said while it looks again and again, to notice a controller that is gone
    if (line === "waiting") return false;
    if (word === "fenced") throw fenced(host, controller, asking.requests, rest);
    if (word === "bye") {
      if (next !== asking.sent()) throw broken(host, "an answer is missing");
      return true;
    }
    throwRefusal(host, line);
    const request = next < asking.sent() ? asking.requests[next] : undefined;
    if (request === undefined) throw broken(host, "an answer too many");
    const answer = decodeAnswer(host, request, word, rest);
    next += 1;
    asking.onAnswer(answer);
    if (answer.kind === "failed") return true;
    return next === asking.sent() ? asking.more() : false;
  };
}

/** `content` and `process` lines carry values: they are never part of a message. */
export function contentReader(
  host: string,
  target: TargetAddress,
  onContent: (content: TargetContent) => void,
): LineReader {
  let file: Sensitive | undefined;
  const processes: { instance: string; environment: Sensitive }[] = [];
  return (line) => {
    const [word = "", ...rest] = line.split(" ");
    if (word === "content") file = decodeBase64(host, rest[0] ?? "");
    else if (word === "process") {
      const instance = rest[0] === "-" ? "" : (rest[0] ?? "");
      processes.push({ instance, environment: decodeBase64(host, rest[1] ?? "") });
    } else if (word === "content-end") onContent({ ...(file === undefined ? {} : { file }), processes });
    else if (word === "bye") return true;
    else {
      throwRefusal(host, line);
      throw broken(host, `the content of ${target.id} can't be read`);
    }
    return false;
  };
}

export function broken(host: string, what: string): AppError {
  return new AppError("HOST_ANSWER_BROKEN", `${host} gave an answer that can't be used: ${what}`);
}

/** Refusals that end any conversation. */
export function throwRefusal(host: string, line: string): void {
  const [word = "", ...rest] = line.split(" ");
  const about = printable(rest.join(" "), 200);
  if (word === "unlisted") throw new AppError("HOST_UNPREPARED", `${host} has no target ${about} on its allowlist`);
  if (word === "unprepared") throw new AppError("HOST_UNPREPARED", `${host}: ${about}`);
  if (word === "busy") {
    const hint = "wait for the other run to end, then run the command again";
    throw new AppError("LEASE_HELD", `${about} on ${host} is being changed by another run`, { hint });
  }
  if (word === "malformed") throw broken(host, "its helper did not understand a request");
  // a refusal that belongs to no request of ours: the fence, an observation, the bad line of an allowlist
  const kinds = ["fence", "observe", "read", "search"];
  if (word === "failed" && kinds.includes(rest[0] ?? "")) {
    throw new AppError("HOST_REFUSED", `${host}: ${printable(rest.slice(4).join(" "), 200)}`);
  }
}

function decodeAnswer(host: string, request: HostRequest, word: string, rest: readonly string[]): HostAnswer {
  const [kind, target, instance, reason = ""] = rest;
  const asked = instanceOf(request);
  if (
    kind !== request.kind ||
    target !== request.target.id ||
    (asked !== undefined && instance !== instanceWord(asked))
  ) {
    throw broken(host, `it does not belong to ${request.kind} of ${request.target.id}`);
  }
  const about = { request: request.kind, target, ...(asked === undefined ? {} : { instance: asked }) };
  const text = printable(
    rest
      .slice(word === "failed" ? 4 : 3)
      .join(" ")
      .trim(),
  );
  if (word === "done") return { kind: word, ...about, ...remarkOf(host, request, text) };
  if (word === "unchanged") return { kind: word, ...about };
  if (word !== "failed" || !reasons.includes(reason)) throw broken(host, `${request.kind} of ${request.target.id}`);
  return { kind: "failed", ...about, reason: reason as FailureReason, detail: text };
}

/** A drain has its own words for what it could not see. */
function remarkOf(host: string, request: HostRequest, text: string): { readonly remark?: string } {
  if (text === "") return {};
  if (request.kind !== "drain") return { remark: text };
  if (!isDrainNote(text)) throw broken(host, `drain of ${request.target.id}`);
  return { remark: drainNotes[text] };
}

function fenced(
  host: string,
  controller: Controller,
  requests: readonly HostRequest[],
  words: readonly string[],
): AppError {
  const [target = "", owner = "", epoch = "", lease = ""] = words.map((word) => printable(word, 200));
  if (!/^\d{1,15}$/.test(epoch) || !/^\d{1,15}$/.test(lease)) return broken(host, "a refusal without its reason");
  if (!requests.some((request) => request.target.id === target)) return broken(host, "a refusal of another target");
  return fencedError(host, target, { owner, epoch: Number(epoch), lease: Number(lease), auditHead: "" }, controller);
}

function decodeBase64(host: string, text: string): Sensitive {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) throw broken(host, "a content in another form");
  return Sensitive.of(Buffer.from(text, "base64"));
}
