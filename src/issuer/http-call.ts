import { AppError } from "#kernel";
import { exchange, type Exchange } from "#provider";
import type { Means } from "./means.ts";

export interface Called {
  readonly status: number;
  /** undefined where it is no JSON */
  readonly body: unknown;
  /** the body as it is: never shown */
  readonly text: string;
}

/**
 * One request to a system that is asked over HTTP. ISSUER_UNREACHABLE where nobody answers, or not now; ISSUER_REFUSED where
 * nothing may be sent there. Any other answer is the caller's to judge: no text of it is shown.
 */
export async function callHttp({ egress }: Means, where: string, request: Exchange): Promise<Called> {
  const answer = await exchange(egress, request, AbortSignal.timeout(egress.limit));
  if (answer.kind !== "answer") {
    const what = `${where}: ${answer.reason}`;
    throw answer.kind === "refused" ? refused(what) : unreachable(what);
  }
  const { status, body } = answer;
  if (status === 429 || status >= 500) throw unreachable(`${where} can't do it now (${status})`);
  return { status, body: parse(body), text: body };
}

export function basicLogin(user: string, password: string): Readonly<Record<"authorization", string>> {
  return { authorization: `Basic ${Buffer.from(`${user}:${password}`, "utf8").toString("base64")}` };
}

/** A field of an answer's object. */
export function fieldOf(body: unknown, name: string): unknown {
  return typeof body === "object" && body !== null && Object.hasOwn(body, name)
    ? (body as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

export function refused(message: string, hint?: string): AppError {
  return new AppError("ISSUER_REFUSED", message, hint === undefined ? {} : { hint });
}

function unreachable(message: string): AppError {
  return new AppError("ISSUER_UNREACHABLE", message);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
